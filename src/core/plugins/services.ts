/** What plugins may want of the engine: answers of queries, actions, limits of views. `m`, `c` and `s` are made of these. */
import { PhyError } from '../base/errors.ts';
import { isNdArray } from '../base/nd.ts';
import type { Session } from '../engine/session.ts';
import { setSessionBudget } from '../scripting/overSession.ts';
import type { Want } from './talk.ts';

/** Does what a plugin wants. Throws PhyError for what cannot be done. */
export type Serve = (want: Want) => Promise<unknown>;

export function pluginServices(session: Session): Serve {
  const never = new AbortController().signal;
  return async (want) => {
    switch (want.service) {
      case 'ask': {
        const { query, clusters, params, mayAct } = want;
        const { answer } = mayAct
          ? await session.ask(query, clusters, params, never)
          : await session.askAtOnce(query, clusters, params, never);
        return ownArrays(answer);
      }
      case 'act':
        if (!want.mayAct) throw new PhyError('refused', 'Only commands, changed and saved can act.');
        return await session.act(want.action, want.args);
      case 'budget':
        return setSessionBudget(session, want.name, want.value);
    }
  };
}

/** To send a part of an array to another thread means to send all that it is a part of: such parts are copied. */
function ownArrays(value: unknown): unknown {
  if (isNdArray(value)) {
    const { data } = value;
    return data.byteLength === data.buffer.byteLength ? value : { ...value, data: data.slice() };
  }
  if (Array.isArray(value)) return value.map(ownArrays);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, ownArrays(member)]));
}
