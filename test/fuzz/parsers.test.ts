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
  'shared/ports/bridge.ts': 'bridge-wire',
  'shared/adapters/bridge-client/bridge-client.ts': 'bridge-wire',
  'shared/adapters/bridge-client/bridge-failure.ts': 'bridge-wire',
  'shared/node/nodes/node-addresses.ts': 'bridge-wire',
  'shared/node/nodes/dns-nodes.ts': 'bridge-wire',
  'shared/node/nodes/dns-resolver.ts': 'configuration',
  // names
  'shared/values/image-name.ts': 'names',
  'shared/domain/images/image-use.ts': 'names',
  'shared/domain/images/image-names.ts': 'names',
  'shared/values/names.ts': 'names',
  'shared/adapters/harbor/http/url.ts': 'names',
  'shared/values/duration.ts': 'names',
  'shared/domain/local-images/parse-ignore-list.ts': 'ignore-list',
  // Harbor
  'shared/adapters/harbor/http/wire.ts': 'harbor',
  'shared/adapters/harbor/http/send.ts': 'harbor',
  'shared/adapters/harbor/http/refusal.ts': 'harbor',
  'shared/adapters/harbor/http/transport.ts': 'harbor',
  'shared/adapters/harbor/lists/pages.ts': 'harbor',
  'shared/domain/registry/artifact-times.ts': 'harbor',
  'shared/node/journal/settlement.ts': 'harbor',
  // configuration
  'shared/values/configuration/address-values.ts': 'configuration',
  'shared/values/configuration/bridge-schema.ts': 'configuration',
  'shared/values/configuration/configuration.ts': 'configuration',
  'shared/values/configuration/node-values.ts': 'configuration',
  'shared/values/configuration/policy-values.ts': 'configuration',
  'shared/values/configuration/read-configuration.ts': 'configuration',
  'shared/values/configuration/problem-lines.ts': 'configuration',
  'shared/values/configuration/section-reader.ts': 'configuration',
  'shared/values/configuration/upstream-values.ts': 'configuration',
  'shared/values/configuration/repeated-members.ts': 'configuration',
  'shared/values/configuration/values.ts': 'configuration',
  'shared/node/configuration/config-file.ts': 'configuration',
  'shared/node/cleanup/cleanup-settings.ts': 'configuration',
  'shared/node/upstreams/proxy.ts': 'configuration',
  'shared/node/tracing/load-tracing.ts': 'configuration',
  // webhooks
  'shared/domain/webhooks/harbor-event.ts': 'webhooks',
  'shared/http/invocation.ts': 'webhooks',
  'shared/values/standard-webhooks.ts': 'webhooks',
  // requests
  'functions/health.ts': 'requests',
  'shared/http/base/connection.ts': 'requests',
  'shared/http/base/lifecycle.ts': 'requests',
  'shared/http/base/request-headers.ts': 'requests',
  'shared/http/base/exact-router.ts': 'requests',
  'shared/http/input.ts': 'requests',
  'shared/http/query.ts': 'requests',
  'shared/http/lists/list-answer.ts': 'requests',
  'shared/values/name-schemas.ts': 'encoded-names',
  'shared/http/node-path.ts': 'encoded-names',
  'shared/http/cleanup-request.ts': 'requests',
  'shared/http/event-stream.ts': 'requests',
  'shared/domain/deletion/deletion-options.ts': 'policies',
  'shared/domain/deletion/plan-tag.ts': 'policies',
  'shared/domain/cleanup/cleanup-tag.ts': 'policies',
  'shared/values/policy/policy.ts': 'policies',
  'shared/ports/tracing/trace-context.ts': 'policies',
  // pages
  'shared/ui/form.ts': 'pages',
  'shared/ui/deletion/receipt.ts': 'pages',
  'shared/ui/login/csrf.ts': 'pages',
  'shared/ui/login/own-page.ts': 'pages',
  'shared/ui/login/origin.ts': 'requests',
  'shared/ui/cleanup/asked-policy.ts': 'requests',
  'shared/ui/journal/period.ts': 'requests',
  // the journal, and the events of a cleanup
  'shared/domain/journal/journal-lines.ts': 'journal',
  'shared/domain/journal/journal-filter.ts': 'journal',
  'shared/domain/journal/later-deletions.ts': 'journal',
  'shared/values/reason.ts': 'policies',
  'shared/node/cleanup/read-events.ts': 'journal',
  'shared/node/cleanup/run-cleanup.ts': 'journal',
};

/** Files that match texts of this service, of its machine, or of its own parts. */
const OWN_TEXTS: readonly string[] = [
  'bridge/sudoers-drop-in.ts',
  'shared/http/deployed/',
  'shared/http/routes.ts',
  'shared/adapters/log/',
  'shared/values/redactor.ts',
  'shared/node/configuration/node-token-files.ts',
  'shared/node/configuration/secret-files.ts',
  'shared/node/http/',
  'shared/node/log/',
  'shared/node/system/',
  'shared/node/upstreams/certificate-expiry.ts',
  'shared/node/cleanup/cleanup-client.ts',
  'shared/values/parse-json.ts',
  'shared/ui/',
  'shared/domain/images/usage-detail.ts',
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
