import { contractOver } from './contract.ts';
import { nodeOf, startOnNode } from './platforms.ts';

contractOver(`Node ${process.version}`, startOnNode(process.execPath));
contractOver('Node 22', startOnNode(nodeOf('node22')));
contractOver('Node 24', startOnNode(nodeOf('node24')));
