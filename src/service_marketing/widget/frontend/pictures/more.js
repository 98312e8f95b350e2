// The pictures that only some pages need.
import { Balance } from "./balance.js";
import { Flow } from "./flow.js";
import { Lines } from "./lines.js";
import { Network } from "./network.js";
import { Queue } from "./queue.js";
import { Scatter } from "./scatter.js";
import { Waterfall } from "./waterfall.js";

export const more = { balance: Balance, flow: Flow, lines: Lines, network: Network, queue: Queue, scatter: Scatter, waterfall: Waterfall };
