/** The plugins of this extension, and nothing else. */
import { celltags } from './plugins/celltags.js';
import { clock } from './plugins/clock.js';
import { commons } from './plugins/commons.js';
import { connect } from './plugins/connect.js';
import { connection } from './plugins/connection.js';
import { copies } from './plugins/copies.js';
import { link } from './plugins/link.js';
import { reporter } from './plugins/reporter.js';
import { rescue } from './plugins/rescue.js';

export default [connection, connect, rescue, reporter, clock, link, copies, commons, celltags];
