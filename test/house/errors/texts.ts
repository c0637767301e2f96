/** What is generated from the list of error codes: the header for C++ and the page of the documentation. */
import { errorLists, type ListedError, listedErrors } from '../../../src/base/error-codes/index.ts';
import { toVignetError } from '../../../src/base/to-vignet-error.ts';
import { faultOf } from '../../../src/vo/dali/errors.ts';
import { sodaText } from '../../../src/vo/soda/errors.ts';

/** native/core/base/error_codes.h */
export function headerText(errors: readonly ListedError[] = listedErrors): string {
  const rows = errors.map(({ code, kind }) => `    {"${code}", ErrorKind::${kind}},`);
  return `// Generated from src/base/error-codes by \`npm run errors:write\`; edit there. A test compares the two.
#pragma once

namespace vignet {

enum class ErrorKind { usage, data, transient, fatal };

struct ListedError {
  const char* code;
  ErrorKind kind;
};

inline constexpr ListedError kErrorCodes[] = {
${rows.join('\n')}
};

}  // namespace vignet
`;
}

const sections: readonly { readonly title: string; readonly about: string; readonly list: object }[] = [
  {
    title: 'Requests',
    about: 'Kind `usage`: the HTTP request or one of its parameters has to be changed.',
    list: errorLists.usage[0],
  },
  {
    title: 'Selection',
    about: 'Kind `usage`: the request is well formed, but the selected datasets do not allow it.',
    list: errorLists.usage[1],
  },
  {
    title: 'Command line, configuration and library',
    about: 'Kind `usage`: an option, a setting, a path, or an argument of a function has to be changed.',
    list: errorLists.usage[2],
  },
  {
    title: 'Files and archive',
    about:
      'Kind `data`: a file or the archive is damaged, changed or not supported. Asking again does not help.',
    list: errorLists.data[0],
  },
  {
    title: 'Transient',
    about: 'Kind `transient`: the same request may succeed later. HTTP answers have a `Retry-After` header.',
    list: errorLists.transient[0],
  },
  {
    title: 'Fatal',
    about:
      'Kind `fatal`: a fault of Vignet or of the machine. HTTP answers do not show the details; the log does.',
    list: errorLists.fatal[0],
  },
];

function row({ code, kind, sentence, meaning, remedy }: ListedError): string {
  // As it comes out of the addon or a worker.
  const fault = faultOf(toVignetError(Object.assign(new Error(sentence), { kind, code })));
  const label = sodaText.document(fault).split(':')[0];
  return `| \`${code}\` | ${fault.status} \`${label}\` | ${sentence} ${meaning} | ${remedy} |`;
}

/** docs/errors.md */
export function pageText(): string {
  const tables = sections.map(({ title, about, list }) => {
    const rows = listedErrors.filter(({ code }) => code in list).map(row);
    return `## ${title}

${about}

| code | HTTP | what happened | what to do |
|---|---|---|---|
${rows.join('\n')}
`;
  });
  return `# Errors

<!-- Generated from src/base/error-codes by \`npm run errors:write\`; edit there. -->

Every error has a *kind*, a *code* and a message. Codes are stable: programs may depend on them. Messages are for people, and may
change in any version.

| kind | who can correct it | HTTP | exit code |
|---|---|---|---|
| \`usage\` | the user | 400, or the status in the table | 2 |
| \`data\` | the maintainer of the files | 500 | 1 |
| \`transient\` | nobody: ask again later | 503 with \`Retry-After\` | 1 |
| \`fatal\` | the developers of Vignet | 500 | 1 |

The code is shown by the command line in brackets after the message, in the report of \`vignet ingest\`, in the STATUS tables of stacks and
mosaics, and as \`code\` in the log of the service. An HTTP answer has the label of
[SODA](soda.md#errors) before the message, and no code. A dataset that cannot be read is one row of STATUS in a stack or mosaic; the others are
delivered.

${tables.join('\n')}`;
}
