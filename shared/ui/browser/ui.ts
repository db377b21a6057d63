/** The script of the pages: htmx, its Server-Sent Events, and what htmx leaves out. Every page can be read without it. */
import 'htmx.org';
import 'htmx.org/dist/ext/hx-sse.js';
import './copying.ts';
import './requests.ts';
