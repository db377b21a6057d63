import { describeLink } from './link.ts';

describeLink('bridges');
