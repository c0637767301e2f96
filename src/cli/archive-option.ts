/** The option every command that reads or writes an archive has. */
import { Option } from 'commander';

export function archiveOption(): Option {
  return new Option('--archive <dir>', 'folder of the archive').env('VIGNET_ARCHIVE').default('./archive');
}
