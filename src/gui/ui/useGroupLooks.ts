import { useMemo } from 'react';
import type { Snapshot } from '../../core/protocol/messages.ts';
import { useMirror } from '../client/hooks.ts';
import { groupLooks, type GroupLook } from './groupLooks.ts';

const NONE: Snapshot['groups'] = [];

/** Looks of the groups in force, by name; the same function until they change. */
export function useGroupLooks(): (name: string) => GroupLook {
  const groups = useMirror((mirror) => mirror.snapshot?.groups ?? NONE);
  return useMemo(() => groupLooks(groups), [groups]);
}
