import { definePlugin } from 'phy';

/** Other keys for actions. keymap.json stands above them; a mistake leaves all keys as they are and is named. */
export default definePlugin({
  name: 'shortcuts',
  keys: { 'Edit.merge': 'ctrl+alt+j', 'Select.reset_wizard': ['f7', 'ctrl+alt+f7'], 'Help.about': null },
});
