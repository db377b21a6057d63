/** The contract: what every deployment answers, function by function. */
import { accessCases } from './access.ts';
import { caseList } from './case.ts';
import { deletionCases } from './deletions.ts';
import { journalCases } from './journal.ts';
import { listCases } from './lists.ts';
import { nameCases } from './names.ts';
import { nodeCases } from './nodes.ts';
import { pathCases } from './paths.ts';
import { sourceCases } from './sources.ts';
import { uiCases } from './ui.ts';
import { webhookCases } from './webhooks.ts';

export const CASES = caseList(
  listCases,
  nameCases,
  deletionCases,
  nodeCases,
  journalCases,
  sourceCases,
  accessCases,
  webhookCases,
  pathCases,
  uiCases,
);
