/** Lets a Node that runs the tests of a plugin read its modules: `node --import` of `phy plugin test`. */
import { readPluginModules } from './node/plugins/readPluginModules.ts';

readPluginModules();
