/** The plugins of this extension, and nothing else. */
import { clock } from './plugins/clock.js';
import { commons } from './plugins/commons.js';
import { connection } from './plugins/connection.js';
import { copies } from './plugins/copies.js';
import { link } from './plugins/link.js';
import { reporter } from './plugins/reporter.js';

export default [connection, reporter, clock, link, copies, commons];
