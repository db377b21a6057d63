import { contractOver } from './contract.ts';
import { startOnWorkerd } from './platforms.ts';

contractOver('workerd', startOnWorkerd);
