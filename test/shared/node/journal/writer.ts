/** A program that writes deletions into the journal at argv[2], argv[3] of them, a few at a time. */
import { createFileJournal } from '../../../../shared/node/journal/file-journal.ts';
import { intentOf } from '../../../support/journal.ts';

const [, , path = '', count = '0', actor = ''] = process.argv;
const nothing = () => undefined;
const logger = { enabled: () => false, log: nothing, always: nothing, child: () => logger };
const journal = createFileJournal({ path, logger, now: Date.now });

const writeOne = async (index: number): Promise<void> => {
  const entry = await journal.begin(intentOf({ actor, reference: `v${index}` }));
  await entry.settle('deleted');
};

for (let index = 0; index < Number(count); index += 4) {
  await Promise.all([0, 1, 2, 3].map((more) => writeOne(index + more)));
}
await journal.close();
