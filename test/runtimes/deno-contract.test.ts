import { contractOver } from './contract.ts';
import { startOnDeno } from './platforms.ts';

contractOver('Deno', startOnDeno);
