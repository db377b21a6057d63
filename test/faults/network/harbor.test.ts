import { describeLink } from './link.ts';

describeLink('harbor');
