/** Where input is parsed, and which test changes it at random: a new parser needs a row here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

/** File → the test of this folder that reaches it. */
const PARSERS: Readonly<Record<string, string>> = {
  // crictl, and the files of its host
  'bridge/crictl-output.ts': 'crictl',
  'bridge/facts-output.ts': 'crictl',
  'bridge/crictl-failure.ts': 'crictl',
  'bridge/sudo-failure.ts': 'crictl',
  'bridge/kubelet-socket.ts': 'crictl',
  'bridge/runtime-endpoint.ts': 'crictl',
  'bridge/sandbox-image.ts': 'names',
  // the bridge's wire, and DNS
  'shared/host/bridge.ts': 'bridge-wire',
  'shared/host/client/bridge-client.ts': 'bridge-wire',
  'shared/host/client/bridge-failure.ts': 'bridge-wire',
  'shared/node/nodes/node-addresses.ts': 'bridge-wire',
  'shared/node/nodes/dns-nodes.ts': 'bridge-wire',
  'shared/node/nodes/dns-resolver.ts': 'configuration',
  // names
  'shared/host/image-name.ts': 'names',
  'shared/host/image-use.ts': 'names',
  'shared/drift/image-names.ts': 'names',
  'shared/harbor/names.ts': 'names',
  'shared/harbor/http/url.ts': 'names',
  'shared/duration.ts': 'names',
  'shared/host/ignore-list.ts': 'ignore-list',
  // Harbor
  'shared/harbor/http/wire.ts': 'harbor',
  'shared/harbor/http/send.ts': 'harbor',
  'shared/harbor/http/refusal.ts': 'harbor',
  'shared/harbor/http/transport.ts': 'harbor',
  'shared/harbor/lists/pages.ts': 'harbor',
  'shared/registry/artifact-times.ts': 'harbor',
  'shared/node/journal/settlement.ts': 'harbor',
  // configuration
  'shared/configuration/address-values.ts': 'configuration',
  'shared/configuration/configuration.ts': 'configuration',
  'shared/configuration/node-values.ts': 'configuration',
  'shared/configuration/policy-values.ts': 'configuration',
  'shared/configuration/read-configuration.ts': 'configuration',
  'shared/configuration/repeated-members.ts': 'configuration',
  'shared/configuration/values.ts': 'configuration',
  'shared/node/configuration/config-file.ts': 'configuration',
  'shared/node/cleanup/cleanup-settings.ts': 'configuration',
  'shared/node/upstreams/proxy.ts': 'configuration',
  'shared/node/tracing/load-tracing.ts': 'tracing-endpoint',
  // webhooks
  'shared/webhooks/harbor-event.ts': 'webhooks',
  'shared/webhooks/invocation.ts': 'webhooks',
  'shared/webhooks/standard-webhooks.ts': 'webhooks',
  // requests
  'functions/health.ts': 'requests',
  'shared/http/access.ts': 'requests',
  'shared/http/app.ts': 'requests',
  'shared/http/exact-router.ts': 'requests',
  'shared/http/input.ts': 'requests',
  'shared/http/query.ts': 'requests',
  'shared/http/list-answer.ts': 'requests',
  'shared/http/harbor-path.ts': 'encoded-names',
  'shared/nodes/node-path.ts': 'encoded-names',
  'shared/cleanup/cleanup-request.ts': 'requests',
  'shared/cleanup/event-stream.ts': 'requests',
  'shared/deletion/deletion-options.ts': 'policies',
  'shared/deletion/plan-tag.ts': 'policies',
  'shared/cleanup/cleanup-tag.ts': 'policies',
  'shared/cleanup/policy.ts': 'policies',
  'shared/tracing/trace-context.ts': 'policies',
  // pages
  'shared/ui/form.ts': 'pages',
  'shared/ui/deletion/receipt.ts': 'pages',
  'shared/ui/login/csrf.ts': 'pages',
  'shared/ui/login/own-page.ts': 'pages',
  'shared/ui/login/origin.ts': 'requests',
  'shared/ui/cleanup/asked-policy.ts': 'requests',
  'shared/ui/journal/period.ts': 'requests',
  // the journal, and the events of a cleanup
  'shared/journal/journal-lines.ts': 'journal',
  'shared/journal/journal-filter.ts': 'journal',
  'shared/journal/reason.ts': 'policies',
  'shared/node/cleanup/read-events.ts': 'journal',
  'shared/node/cleanup/run-cleanup.ts': 'journal',
};

/** Files that match texts of this service, of its machine, or of its own parts. */
const OWN_TEXTS: readonly string[] = [
  'bridge/sudoers-drop-in.ts',
  'shared/http/deployed/',
  'shared/http/routes.ts',
  'shared/log/',
  'shared/node/configuration/node-token-files.ts',
  'shared/node/configuration/secret-files.ts',
  'shared/node/http/',
  'shared/node/log/',
  'shared/node/process-id.ts',
  'shared/node/upstreams/certificate-expiry.ts',
  'shared/node/cleanup/cleanup-client.ts',
  'shared/parse-json.ts',
  'shared/ui/',
  'shared/use/usage-detail.ts',
];

/** Reads JSON, times and escapes, or matches a regular expression. */
const PARSES =
  /\b(?:JSON\.parse|parseJson|safeParse|z\.parse|Date\.parse|parseInt|decodeURIComponent|z\.regex)\(|\/[a-z]*\.(?:exec|test)\(|= \/\^/;

it('every file that parses input has a test that changes it at random', () => {
  const files = ['bridge', 'functions', 'shared']
    .flatMap((folder) =>
      readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => `${folder}/${name}`),
    )
    .filter((file) => PARSES.test(readFileSync(new URL(file, ROOT), 'utf8')))
    .filter((file) => PARSERS[file] === undefined);
  expect(files.filter((file) => !OWN_TEXTS.some((own) => file.startsWith(own)))).toEqual([]);
});

it('the table names files and tests that are there', () => {
  const missing = Object.entries(PARSERS).filter(
    ([file, name]) =>
      !existsSync(new URL(file, ROOT)) || !existsSync(new URL(`test/fuzz/${name}.test.ts`, ROOT)),
  );
  expect(missing).toEqual([]);
});
