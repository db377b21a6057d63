import { describeLink } from './link.ts';

describeLink('functions');
