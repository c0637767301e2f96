/** Composes the service: one plugin after another, in plain sight. Listening is server.ts's. */
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import Fastify, {
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify';
import { usageError } from '../base/errors.ts';
import { isLoopback } from '../base/loopback.ts';
import type { Config } from './config.ts';
import type { ServiceContext } from './context.ts';
import { publicBase } from './http/base-url.ts';
import { refuseUnparsed } from './http/client-error.ts';
import { limitPerAddress } from './http/connections.ts';
import { errorHandling, sendError } from './http/errors.ts';
import { oneAtATime } from './http/pipelining.ts';
import { refuseUnderPressure } from './http/pressure.ts';
import { nobodySignsIn, type PrincipalOf, privateAnswers } from './http/principal.ts';
import { trustIn } from './http/trust.ts';
import { refuseIllFormed } from './http/well-formed.ts';
import { apiPath } from './kit/address.ts';
import type { Service } from './kit/index.ts';
import { serviceRoutes } from './kit/routes.ts';
import { apiDescription } from './operations/api-docs.ts';
import { health } from './operations/health.ts';
import { landingPage } from './operations/landing.ts';
import { metrics } from './operations/metrics.ts';
import type { Ports } from './ports.ts';
import { allServices } from './services.ts';

export const exposedHeaders = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Repr-Digest',
  'Retry-After',
  'Vignet-Reason',
  'Vignet-Warning',
];

/** Seconds within which the headers of a request must have arrived. */
const longestHeaders = 10;
const contentSecurity = {
  useDefaults: true,
  // Deployments without TLS must work: no page here loads anything from elsewhere.
  directives: { 'upgrade-insecure-requests': null, 'img-src': ["'self'", 'data:'] },
};

function serverOptions(
  config: Config,
  trust: (address: string | undefined) => boolean,
): FastifyHttpOptions<RawServerDefault> {
  return {
    logger: {
      level: config.LOG_LEVEL,
      redact: ['req.headers.authorization', 'req.headers.cookie'],
      serializers: {
        req: (request: FastifyRequest) => ({
          method: request.method,
          url: request.url?.slice(0, 2000).replace(/([?&](?:access_)?token=)[^&]*/gi, '$1…'),
          remoteAddress: request.ip,
        }),
      },
    },
    trustProxy: (address: string) => trust(address),
    bodyLimit: config.VIGNET_MAX_BODY_KB * 1024,
    requestTimeout: config.VIGNET_REQUEST_TIMEOUT_S * 1000,
    connectionTimeout: 0,
    keepAliveTimeout: config.VIGNET_IDLE_TIMEOUT_S * 1000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    http: {
      // Refused by us, in the form of the other errors.
      requireHostHeader: false,
      maxHeaderSize: config.VIGNET_MAX_URL + 16384,
      // Headers fit into a few packets; who sends them slower only holds a connection.
      headersTimeout: Math.min(longestHeaders, config.VIGNET_REQUEST_TIMEOUT_S) * 1000,
      connectionsCheckingInterval: 5000,
    },
    clientErrorHandler: refuseUnparsed,
    frameworkErrors: (error, request, reply) => {
      // No hook has run: this reply needs its CORS header by hand.
      void reply.header('access-control-allow-origin', '*');
      sendError(error, request as FastifyRequest, reply as unknown as FastifyReply);
    },
  };
}

/**
 * The service, ready to listen or to be injected with requests. `principal` says who asks; today nobody signs in. `services`: what is
 * served below /api.
 */
export async function buildApp(
  config: Config,
  ports: Ports,
  principal: PrincipalOf = nobodySignsIn,
  services: readonly Service[] = allServices,
): Promise<FastifyInstance> {
  const trust = trustIn(config.trustedProxies);
  const app = Fastify(serverOptions(config, trust));
  const isExempt = (address: string) => isLoopback(address) || trust(address);
  limitPerAddress(app.server, config.VIGNET_MAX_CONNECTIONS_PER_ADDRESS, isExempt);
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  const context: ServiceContext = {
    config,
    ports,
    base: (request) => publicBase(request, config, trust),
    principal,
    startedAt: new Date(),
    closing: () => closing,
  };
  errorHandling(app);
  oneAtATime(app);
  refuseIllFormed(app);
  privateAnswers(app, principal, ports.dependsOnPrincipal);
  await app.register(helmet, {
    contentSecurityPolicy: contentSecurity,
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    strictTransportSecurity: config.baseUrl.startsWith('https:'),
  });
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders,
    strictPreflight: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    if (closing) reply.header('connection', 'close');
    const length = request.raw.url?.length ?? 0;
    if (length > config.VIGNET_MAX_URL) {
      const detail = `expected a URL of at most ${config.VIGNET_MAX_URL} characters, received ${length}; send the parameters by POST`;
      throw usageError('URL_TOO_LONG', detail);
    }
  });
  await app.register(
    async (scope) => {
      await apiDescription(scope, context, services);
      await metrics(scope, context);
      await scope.register(
        async (api) => {
          refuseUnderPressure(api, {
            maxLagMs: config.VIGNET_MAX_LAG_MS,
            maxRssBytes: config.VIGNET_MAX_RSS_MB * 1048576,
          });
          for (const service of services) await serviceRoutes(api, service, context);
        },
        { prefix: apiPath },
      );
      health(scope, context);
      landingPage(scope, context, services);
    },
    { prefix: config.prefix },
  );
  return app;
}
