// The pictures that only some pages need; with them every picture is there.
import { Balance } from "./balance.js";
import { Flow } from "./flow.js";
import { pictures } from "./index.js";
import { Lines } from "./lines.js";
import { Network } from "./network.js";
import { Queue } from "./queue.js";
import { Scatter } from "./scatter.js";
import { Waterfall } from "./waterfall.js";

Object.assign(pictures, { balance: Balance, flow: Flow, lines: Lines, network: Network, queue: Queue, scatter: Scatter, waterfall: Waterfall });
