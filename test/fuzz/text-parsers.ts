/** The parsers of a text, and what is repeated in it: `linear.test.ts` holds that none takes more than linear time. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseContainers, parseImages } from '../../bridge/crictl-output.ts';
import {
  parseImageFilesystems,
  parseSandboxImage,
  parseVersion,
} from '../../bridge/facts-output.ts';
import { refusalProblem } from '../../shared/adapters/harbor/http/refusal.ts';
import { harborPaths } from '../../shared/adapters/harbor/http/url.ts';
import { requiredCleanupTag } from '../../shared/domain/cleanup/cleanup-tag.ts';
import { deletionOptions } from '../../shared/domain/deletion/deletion-options.ts';
import { placeOf } from '../../shared/domain/images/image-names.ts';
import { lastLineOf, peekLine, readLine } from '../../shared/domain/journal/journal-lines.ts';
import { parseIgnoreList } from '../../shared/domain/local-images/parse-ignore-list.ts';
import { matchesTag } from '../../shared/http/lists/list-answer.ts';
import { eventsOf } from '../../shared/node/cleanup/read-events.ts';
import { searchJournal } from '../../shared/node/journal/journal-reader.ts';
import { candidatesOf } from '../../shared/node/nodes/dns-resolver.ts';
import { readTraceContext } from '../../shared/ports/tracing/trace-context.ts';
import { pathOfPage } from '../../shared/ui/login/own-page.ts';
import {
  configurationKeys,
  parseConfiguration,
} from '../../shared/values/configuration/configuration.ts';
import { repeatedMembers } from '../../shared/values/configuration/repeated-members.ts';
import { unknownKeys } from '../../shared/values/configuration/unknown-keys.ts';
import { parseDuration } from '../../shared/values/duration.ts';
import { isImageId, parseImageName, withoutDockerScheme } from '../../shared/values/image-name.ts';
import {
  isProjectName,
  isRepositoryName,
  printable,
  toReference,
} from '../../shared/values/names.ts';
import { compileGlobs } from '../../shared/values/policy/globs.ts';
import { verifyWebhook } from '../../shared/values/standard-webhooks.ts';
import { testFolder } from '../support/folder.ts';
import { imageRow } from '../support/host-rows.ts';
import { referenceNamed } from '../support/names.ts';
import {
  bridgeAnswering,
  chunksOf,
  crictlProblem,
  endpointIn,
  HARBOR_CLIENT,
  kubeletSocketIn,
} from './examples.ts';

/** A text is repeated as often as the size wants it, and ends with a character that fits nowhere. */
export const PARTS = [
  ...['a', '0', '/', 'a/', 'a.', 'a-', 'a_', '__', 'a:', '@', '+a', '%2F', '%252e', '..'],
  ...['"', '\\', '\\n', ' ', ' a', '\t', '\n', 'a\n', ',', ' ,', '"a",'],
  ...[';', '=', 'a=', '&', 'a=b&'],
  ...['[', '{"a":', '1,', '"a":1,', '*', 'a*', '(', '\0', '\uFEFF'],
];

export interface TextParser {
  readonly parse: (text: string) => unknown;
  /** Texts in which `…` is what is repeated; default: nothing else. */
  readonly around?: readonly string[];
  /** What is repeated besides `PARTS`: words that this parser looks for. */
  readonly parts?: readonly string[];
  /** The largest input that can arrive; default: 128,000. */
  readonly last?: number;
}

/** Reads a configuration in which a key has the value. */
export const keyed =
  (key: string) =>
  (value: unknown): unknown =>
    parseConfiguration({ file: { [SECTIONS[key] ?? '']: { [key]: value } }, environment: {} });
const inEnvironment = (name: string) => (value: string) =>
  parseConfiguration({ file: {}, environment: { [name]: value } });
const asked = { query: {}, isJournaled: false };
/** The section of each key in the file. */
const SECTIONS = Object.fromEntries(configurationKeys().map(({ key, section }) => [key, section]));

export const TEXT_PARSERS: Readonly<Record<string, TextParser>> = {
  // crictl, and the files of its host
  'images of crictl': {
    parse: parseImages,
    around: [
      '…',
      '{"images":[…]}',
      '{"images":[{"id":"a","repoTags":[…]}]}',
      '{"images":[{"id":"a","size":"…"}]}',
    ],
    parts: ['{"id":"a","repoTags":["a:1"],"size":"1"},'],
  },
  'containers of crictl': { parse: parseContainers, around: ['{"containers":…}'] },
  'file systems of crictl': { parse: parseImageFilesystems, parts: ['}\n', '{\n}\n'] },
  'the version of crictl': {
    parse: parseVersion,
    around: ['RuntimeName:…\n'],
    parts: ['RuntimeName: \n'],
  },
  'a sandbox image': { parse: parseSandboxImage },
  'a failure of crictl': {
    parse: crictlProblem,
    around: ['…', 'msg="…', '…: 1: '],
    parts: [
      'error reading server preface ',
      'sudoers parse errosyntax error ',
      'msg="\\"',
      'level=level=',
    ],
  },
  'the file of a kubelet': { parse: kubeletSocketIn, parts: ['containerRuntimeEndpoint:\n'] },
  'the file of crictl': { parse: endpointIn, parts: ['runtime-endpoint:\n'] },
  // the bridge's wire
  'an answer of a bridge': {
    parse: (body) => bridgeAnswering(() => new Response(body)).images(),
    around: ['…', '{"started_at_ms":1,"images":[…1]}', '{"ambiguous":[…1]}'],
    parts: [`${JSON.stringify(imageRow({ repo_tags: ['a:1'] }))},`],
  },
  // names
  'a name of a project': { parse: isProjectName },
  'a name of a repository': { parse: isRepositoryName, around: ['a…'] },
  'a reference': {
    parse: toReference,
    around: ['…', 'a@sha256:…'],
  },
  'a text for people': { parse: printable },
  'a name of an image': {
    parse: parseImageName,
    around: ['…', 'a@a…:', 'a@sha256:…'],
  },
  'a name of Docker': { parse: withoutDockerScheme, parts: ['docker-pullable://'] },
  'an id of an image': { parse: isImageId },
  'a place in a registry': { parse: (text) => placeOf(text, ['harbor.example.test', 'docker.io']) },
  'a duration': { parse: parseDuration },
  // the ignore list
  'an ignore list': {
    parse: parseIgnoreList,
    around: ['…,TAG\n', 'IMAGE,TAG\n…', 'IMAGE ID\n"…"'],
    parts: ['TAG,', '""', 'docker.io/library/nginx,1.27\n', `${'91e65bec'.repeat(8)}\n`, 'IMAGE '],
    last: 32_000,
  },
  // Harbor
  'a refusal of Harbor': {
    parse: (message) =>
      refusalProblem(
        { method: 'GET', path: harborPaths.projects() },
        {
          status: 404,
          headers: new Headers({ 'content-type': 'application/json' }),
          text: JSON.stringify({ errors: [{ code: 'NOT_FOUND', message }] }),
        },
        HARBOR_CLIENT,
      ),
    around: ['path …'],
    parts: [' was not found', 'artifact ', 'project '],
  },
  // configuration
  'a URL of Harbor': {
    parse: keyed('harbor_host'),
    around: ['https://a…b', 'https://…'],
  },
  'a public URL': { parse: keyed('public_url'), around: ['https://a/b…'] },
  'a URL of a bridge': { parse: keyed('bridge_url'), around: ['https://…'] },
  'an address': { parse: keyed('bridge_listen'), around: ['[…'] },
  'an allowed host': { parse: (text) => keyed('allowed_hosts')([text]) },
  'an alias of a registry': { parse: (text) => keyed('registry_aliases')([text]) },
  'a secret': { parse: keyed('notify_secret'), parts: ['AAAA'] },
  'a token': { parse: keyed('write_token') },
  'a DNS name': { parse: keyed('nodes_dns'), parts: ['_a.'] },
  'a port in the environment': { parse: inEnvironment('APP_PORT') },
  'a list in the environment': { parse: inEnvironment('ALLOWED_HOSTS') },
  'nodes in the environment': {
    parse: inEnvironment('NODES'),
    around: ['…', '{…"b":1}'],
  },
  'JSON with repeated members': {
    parse: repeatedMembers,
    around: ['…', '{…"b":1}', '["…"]'],
    // More levels than a stack has are refused.
    last: 64_000,
  },
  'an unknown key': { parse: (key) => unknownKeys({ [key]: 1 }, configurationKeys()) },
  'resolv.conf': {
    parse: (file) => candidatesOf('a', file),
    around: ['search …', 'options …'],
    parts: ['ndots:'],
  },
  // the journal
  'a line of the journal': {
    parse: (text) => [peekLine(text), readLine(text), lastLineOf(text)],
    around: [
      '…',
      '{"time":"","id":"…',
      '{"time":"","id":"a","event":"outcome"…',
      '{"time":"","id":"a","event":"intent",…',
    ],
    parts: ['{"time":"', ',"outcome":"'],
  },
  'a journal': {
    parse: async (text) => {
      const journal = join(testFolder(), 'journal.jsonl');
      writeFileSync(journal, text);
      await searchJournal(journal, { matches: () => true, slice: null }, () => undefined);
    },
    parts: ['{"time":"2026-01-12T09:40:11.208Z","id":"a-b","event":"intent"}\n'],
  },
  'the events of a cleanup': {
    parse: async (text) => {
      for await (const _ of eventsOf(chunksOf(text, 10)));
    },
    parts: ['data: a\n', ':\n'],
  },
  // policies and headers
  'a text that a glob of many parts does not match': {
    parse: compileGlobs([`${'a*'.repeat(250)}b`]),
  },
  'a text and a pattern of the ignore list': {
    parse: (text) =>
      parseIgnoreList(`IMAGE\n${'a*'.repeat(text.length / 2)}b\n`).list.matches({
        id: '',
        repository: text,
        tag: '',
      }),
    last: 64_000,
  },
  'the tag of a cleanup': { parse: requiredCleanupTag, parts: ['"a" '] },
  'If-Match': {
    parse: (ifMatch) => deletionOptions(referenceNamed('v1'), { ...asked, ifMatch }),
    around: ['…', '"a"…'],
    parts: ['W/"a" , '],
  },
  'If-None-Match': {
    parse: (text) => matchesTag(text, '"a"'),
    around: ['…', '"a"…'],
    parts: ['W/"a" , '],
  },
  traceparent: {
    parse: (text) => readTraceContext(headersOf({ traceparent: text })),
    around: ['cc-…'],
    parts: ['ff-'],
  },
  tracestate: { parse: (text) => readTraceContext(headersOf({ tracestate: text })) },
  'signatures of a webhook': {
    parse: (text) =>
      verifyWebhook(
        {
          headers: headersOf({
            'webhook-id': 'a',
            'webhook-timestamp': '1000',
            'webhook-signature': text,
          }),
          body: new Uint8Array(),
        },
        { secrets: [btoa('0123456789'.repeat(3))], nowMs: 1_000_000 },
      ),
    parts: ['v1,a '],
  },
  // pages
  'an address to return to': { parse: pathOfPage, around: ['/ui…'] },
};

const headersOf = (headers: Record<string, string>) =>
  new Headers(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/[^ -~]/g, '').trim()]),
  );
