import { describeLink } from './link.ts';

describeLink('client');
