/** The two ways to run the service on a node, and where each has what both must have. */
import { documentedCommands, readmeCommands } from '../project.ts';
import type { Host } from './host.ts';
import { type Installed, PASSWORD } from './installed.ts';

export interface Deployment {
  readonly title: string;
  /** The commands of the documentation that install it. */
  readonly commands: readonly string[];
  readonly services: readonly string[];
  /** Files of units besides those of the services. */
  readonly otherFiles: readonly string[];
  /** The service that clients reach; its unit is `unitFile` in this project. */
  readonly front: string;
  readonly unitFile: string;
  /** The service that reads the runtime. */
  readonly reader: string;
  readonly enabled: string;
  readonly localSocket: string;
  readonly journalFile: string;
  /** Prepares the machine before the commands run. */
  prepare(installed: Installed): Promise<void>;
  install(host: Host): Promise<void>;
}

function writeFiles({ port, harborUrl }: Installed, password?: string): string {
  const config = {
    app_config: { app_port: port, app_host: '127.0.0.1', log_level: 'INFO' },
    harbor_config: {
      harbor_host: harborUrl,
      harbor_username: 'admin',
      harbor_password: password,
    },
  };
  return `
    mkdir /opt/image-api
    cd /opt/image-api
    echo '${JSON.stringify(config)}' > config.json
    printf 'REPOSITORY,TAG,IMAGE ID\\nregistry.k8s.io/pause,,\\n' > images_to_ignore.txt
  `;
}

export const SINGLE: Deployment = {
  title: 'image_api.service, installed by the README over the old service',
  commands: readmeCommands('systemd-install'),
  services: ['image_api'],
  otherFiles: [],
  front: 'image_api',
  unitFile: 'image_api.service',
  reader: 'image_api',
  enabled: 'image_api',
  localSocket: '/run/image-api/local.sock',
  journalFile: '/var/lib/image-api/journal.jsonl',
  // The old service as it may be found: the same unit name, a user of its own, its folder and files.
  prepare: async (installed) => {
    await installed.run(`
      useradd --system flask
      ${writeFiles(installed, PASSWORD)}
      echo 'import flask' > app.py
      chown -R flask: .
      printf '[Service]\\nUser=flask\\nExecStart=sleep infinity\\n' > /etc/systemd/system/image_api.service
      systemctl daemon-reload
      systemctl start image_api
    `);
  },
  install: async (host) => {
    await host.asAdmin(SINGLE.commands);
  },
};

export const SPLIT: Deployment = {
  title: 'router and bridge as two units, installed by docs/deployment.md',
  commands: documentedCommands('docs/deployment.md', 'systemd-split-install'),
  services: ['image-api-bridge', 'image-api-router'],
  otherFiles: ['image-api-bridge.socket'],
  front: 'image-api-router',
  unitFile: 'deploy/systemd/image-api-router.service',
  reader: 'image-api-bridge',
  enabled: 'image-api-bridge.socket image-api-router',
  localSocket: '/run/image-api-router/local.sock',
  journalFile: '/var/lib/image-api-router/journal.jsonl',
  prepare: async (installed) => {
    await installed.run(`${writeFiles(installed)}\nchmod 640 config.json`);
  },
  install: async (host) => {
    await host.asAdmin([`HARBOR_PASSWORD='${PASSWORD}'`, ...SPLIT.commands]);
  },
};
