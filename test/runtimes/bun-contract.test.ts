import { contractOver } from './contract.ts';
import { startOnBun } from './platforms.ts';

contractOver('Bun', startOnBun, { folds: true });
