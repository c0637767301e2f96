/**
 * The service kit: one declaration makes a service.
 *
 * A service is a folder with two files: `index.ts` calls `defineService`, `examples.ts` makes requests out of samples of the archive. It
 * is served once it stands in the list of `../services.ts`. From its declaration come
 *
 * - GET, HEAD and POST (urlencoded, multipart with uploads) at `/api/<path>/sync`, or at the `endpoint` that it names, and below its aliases; ranges, ETags, 204, 304;
 * - VOSI capabilities and availability, DALI examples;
 * - its part of `openapi.json`, its line on the landing page;
 * - every error of its routes, also of forms and limits, in its protocol's form: `sodaText` (../../vo/soda/errors.ts) or `votable`
 *   (../../vo/dali/votable-errors.ts).
 *
 * What it takes is declared in `vo`: `parameters.ts` says each parameter once, `request.ts` makes a typed request of their values. The
 * command line makes its options of the same list (src/cli/parameter-options.ts). `run` has the typed request, and in its context
 * who asks; it parses nothing and knows no HTTP.
 *
 * A service that has addresses of another form lists its `operations` itself, each made by `operation` (../datasets/index.ts).
 *
 * test/service/kit.test.ts adds a service in under 40 lines.
 */

export { syncUrl } from './address.ts';
export type { RunContext, ServiceDeclaration, ServiceExample, SmallAnswer } from './declaration.ts';
export { defineService, type Operation, operation, type Service } from './service.ts';
