/** A process that has used up its file descriptors reads images, with none left, with one, with two, … */
import { closeSync, openSync, readdirSync } from 'node:fs';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { thisHost } from '../../bridge/host.ts';
import type { Logger } from '../../shared/ports/logger.ts';

const SPARE = 16;

const nothing = () => undefined;
const logger: Logger = { enabled: () => false, log: nothing, always: nothing, child: () => logger };
const bridge = createCrictlBridge({
  crictl_config: {
    crictl_path: '/bin/echo',
    crictl_sudo: false,
    crictl_runtime_endpoint: 'unix:///nonexistent.sock',
    crictl_timeout_ms: 10_000,
    crictl_max_age_ms: 0,
  },
  logger,
  host: thisHost(),
});

/** `/bin/echo` prints no JSON: this output means that it ran. */
async function outcome(): Promise<object> {
  try {
    await bridge.images({ fresh: true });
    return { code: 'not reached' };
  } catch (err) {
    const { code, headers } = err as { code: string; headers: object };
    return code === 'crictl_bad_output' ? { code: 'ok' } : { code, headers };
  }
}

function used(): number {
  return readdirSync('/proc/self/fd').length;
}

function useUpDescriptors(): number[] {
  const descriptors: number[] = [];
  try {
    for (;;) descriptors.push(openSync('/dev/null', 'r'));
  } catch {
    return descriptors; // EMFILE: there are no more
  }
}

await outcome(); // loads the modules that Node loads lazily
const usedBefore = used();
const descriptors = useUpDescriptors();
const outcomes: object[] = [];
for (let spare = 0; spare < SPARE; spare += 1) {
  outcomes.push(await outcome());
  closeSync(descriptors.pop() ?? -1);
}
descriptors.forEach(closeSync);
const afterwards = await outcome();
process.stdout.write(JSON.stringify({ outcomes, afterwards, leaked: used() - usedBefore }));
