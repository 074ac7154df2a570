import { Failure, type AppError } from '../../shared/errors';

/** How far a call had come when the network failed. Before `answer` no request had left this machine. */
export type Moment = 'connect' | 'proxy' | 'answer' | 'stream';

export interface Place {
  /** `host:port` of the server. */
  host: string;
  /** `host:port` of the proxy, '' without one. */
  proxy: string;
}

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
  'CERT_CHAIN_TOO_LONG',
]);
const NOTHING_SENT = 'Nothing was sent.';

/**
 * What the system or the TLS library said, as a `Failure` with a sentence for the trader. Codes are those of Node
 * (OpenSSL) and of Electron (BoringSSL). `changing`: the call was meant to change something on the cluster.
 */
export function networkFailure(thrown: unknown, place: Place, moment: Moment, changing = false): Failure {
  if (thrown instanceof Failure) return thrown;
  const { code, words } = describe(thrown);
  const build = (error: AppError) => new Failure({ ...error, cause: words }, { cause: thrown });
  const known =
    moment === 'connect' || moment === 'proxy'
      ? (certificate(code, place) ?? (moment === 'proxy' ? proxy(code, place) : connect(code, place)))
      : undefined;
  if (known) return build(known);
  const refusedClient = clientCertificate(code, place);
  if (refusedClient) return build(refusedClient);
  return build({
    code: 'UNREACHABLE',
    message:
      moment === 'stream'
        ? `The connection to ${place.host} was cut.`
        : `The connection to ${place.host} broke before the answer came.${changing ? ' Whether the change was made is not known.' : ''}`,
    hint: changing
      ? 'Look at what the cluster shows now before you try again.'
      : 'Check your network, VPN and firewall.',
  });
}

function connect(code: string, { host }: Place): AppError {
  const network = 'Check your network, VPN and firewall; many clusters answer only to allowed addresses.';
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
    case 'EAI_FAIL':
      return {
        code: 'UNREACHABLE',
        message: `The name of ${host} can't be found.`,
        hint: 'Check your internet connection, VPN and DNS. The cluster may also have been deleted at its provider.',
      };
    case 'ECONNREFUSED':
      return {
        code: 'UNREACHABLE',
        message: `${host} refuses connections.`,
        hint: 'Check that the cluster is running and that the address in the kubeconfig is right.',
      };
    case 'ETIMEDOUT':
    case 'HD_TIMEOUT':
      return { code: 'UNREACHABLE', message: `${host} does not answer.`, hint: network };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return { code: 'UNREACHABLE', message: `There is no way to ${host} from this machine now.`, hint: network };
    case 'ECONNRESET':
    case 'EPIPE':
      return { code: 'UNREACHABLE', message: `${host} closed the connection at once.`, hint: network };
    default:
      return { code: 'UNREACHABLE', message: `No connection to ${host}.`, hint: network };
  }
}

function proxy(code: string, { host, proxy: at }: Place): AppError {
  const why: Record<string, string> = {
    ENOTFOUND: "can't be found",
    EAI_AGAIN: "can't be found",
    ECONNREFUSED: 'refuses connections',
    ETIMEDOUT: 'does not answer',
    HD_TIMEOUT: 'does not answer',
  };
  return {
    code: 'UNREACHABLE',
    message: `The proxy ${at} on the way to ${host} ${why[code] ?? 'failed'}.`,
    hint: 'The proxy stands in the kubeconfig as proxy-url; check it, your VPN and its sign-in.',
  };
}

function certificate(code: string, { host }: Place): AppError | undefined {
  if (UNTRUSTED.has(code)) {
    return {
      code: 'CERTIFICATE',
      message: `The certificate of ${host} is signed by an authority that the kubeconfig does not trust. ${NOTHING_SENT}`,
      hint: 'Get a fresh kubeconfig from the provider. If you did not expect this, someone may be listening in between.',
    };
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return {
      code: 'CERTIFICATE',
      message: `The certificate of ${host} has expired. ${NOTHING_SENT}`,
      hint: "Check this machine's date first; else the cluster's certificate must be renewed.",
    };
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return {
      code: 'CERTIFICATE',
      message: `The certificate of ${host} is not valid yet. ${NOTHING_SENT}`,
      hint: "Check this machine's date and time.",
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      code: 'CERTIFICATE',
      message: `The certificate of ${host} is made out to another host name. ${NOTHING_SENT}`,
      hint: 'Check the server address in the kubeconfig, or set tls-server-name there.',
    };
  }
  if (code === 'CERT_REVOKED' || code === 'ERR_TLS_CERT_SIGNATURE_ALGORITHM_UNSUPPORTED') {
    return { code: 'CERTIFICATE', message: `The certificate of ${host} can't be accepted. ${NOTHING_SENT}` };
  }
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_TOO_LARGE)$/.test(code)) {
    return {
      code: 'UNREACHABLE',
      message: `${host} answers, but does not speak https. ${NOTHING_SENT}`,
      hint: 'The server address in the kubeconfig may want http:// or another port, or a proxy is in between.',
    };
  }
  if (code === 'HD_BAD_PEM' || /^ERR_OSSL_|^ERR_CRYPTO|KEY_VALUES_MISMATCH|NO_START_LINE/.test(code)) {
    return {
      code: 'CERTIFICATE',
      message: `The certificate or key for ${host} in the kubeconfig can't be used. ${NOTHING_SENT}`,
      hint: 'Get a fresh kubeconfig from the provider.',
    };
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return (
      clientCertificate(code, { host, proxy: '' }) ?? {
        code: 'UNREACHABLE',
        message: `${host} and this machine could not agree on an encrypted connection. ${NOTHING_SENT}`,
        hint: 'A proxy or firewall on the way may be in between, or the server is very old.',
      }
    );
  }
  return undefined;
}

/** TLS 1.3 servers refuse a client's certificate only after the handshake, so this shows at any moment. */
function clientCertificate(code: string, { host }: Place): AppError | undefined {
  if (!/ALERT_(BAD_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|UNSUPPORTED_CERT|ACCESS_DENIED|CERT)/.test(code))
    return undefined;
  return {
    code: 'UNAUTHORIZED',
    message: `${host} does not accept the client certificate of this sign-in.`,
    hint: 'It may have expired: get a fresh kubeconfig from the provider.',
  };
}

/** Code and words of anything thrown; a list of tried addresses counts as its first. */
function describe(thrown: unknown): { code: string; words: string } {
  const error = thrown as { code?: unknown; message?: unknown; errors?: unknown[]; cause?: unknown } | null | undefined;
  if (error && Array.isArray(error.errors) && error.errors.length > 0) return describe(error.errors[0]);
  const code = typeof error?.code === 'string' ? error.code : '';
  return { code, words: typeof error?.message === 'string' && error.message ? error.message : String(thrown) };
}
