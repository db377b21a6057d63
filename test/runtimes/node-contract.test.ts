import { contractOver } from './contract.ts';
import { nodeOf, startOnNode } from './platforms.ts';

contractOver(`Node ${process.version}`, startOnNode(process.execPath), { files: true });
contractOver('Node 22', startOnNode(nodeOf('node22')), { files: true });
contractOver('Node 24', startOnNode(nodeOf('node24')), { files: true });
