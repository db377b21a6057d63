/** Writes deploy/grafana/dashboard.json. */
import { writeFileSync } from 'node:fs';
import { dashboardDocument } from './dashboard/document.ts';

const file = new URL('../deploy/grafana/dashboard.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(dashboardDocument(), null, 2)}\n`);
