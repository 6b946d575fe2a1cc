/** Errors of an S3 server and of the way to it, in one line with the fix. */
import { codeOf, InputError, messageOf } from "../../run/errors.ts";

/** The address of a store, for its errors. */
export interface S3Address {
  /** The store, as the user named it. */
  readonly place: string;
  readonly bucket: string;
  /** The address of the server, if it is not Amazon's. */
  readonly endpoint?: string;
}

/** What is read of an error of the AWS SDK. */
interface Failure {
  readonly name: string;
  readonly status?: number;
  readonly message: string;
  /** The region of the bucket, if the server names it. */
  readonly region?: string;
}

/** Returns the HTTP status of an error of the SDK; undefined if the server did not answer. */
export function statusOf(error: unknown): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata;
  return metadata?.httpStatusCode;
}

/** True if the answer is that there is no such object. (That there is no such bucket is an error.) */
export const isNoObject = (error: unknown): boolean =>
  error instanceof Error && (error.name === "NoSuchKey" || (error.name === "NotFound" && statusOf(error) === 404));

function failureOf(error: unknown): Failure {
  const { region, Region, $response } = (error ?? {}) as Record<string, unknown>;
  const headers = ($response as { headers?: Record<string, string> } | undefined)?.headers;
  const found = [region, Region, headers?.["x-amz-bucket-region"]].find((one) => typeof one === "string" && one !== "");
  const message = messageOf(error)
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim();
  return {
    name: error instanceof Error ? error.name : "",
    status: statusOf(error),
    message: message.length > 200 ? `${message.slice(0, 199)}…` : message,
    region: found as string | undefined,
  };
}

/** Returns the error of a request to an S3 server for the user; errors of our own stay as they are. */
export function s3Error(error: unknown, address: S3Address): InputError {
  if (error instanceof InputError) return error;
  const failure = failureOf(error);
  return new InputError(`${address.place}: ${setting(failure) ?? unreached(error, address) ?? answer(failure, address)}`);
}

/** Describes a setting that is missing on this machine. */
function setting({ name, message }: Failure): string | undefined {
  if (/region is missing/i.test(message))
    return "no region is set; set AWS_REGION (us-east-1 for most servers that are not Amazon's)";
  if (name === "CredentialsProviderError" || /could not load credentials/i.test(message))
    return "no credentials are set; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
  return undefined;
}

const SILENCE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections",
  ENOTFOUND: "has an unknown host name",
  EAI_AGAIN: "has a host name that cannot be looked up now",
  EHOSTUNREACH: "cannot be reached from this network",
  ENETUNREACH: "cannot be reached from this network",
  ETIMEDOUT: "does not answer",
  TimeoutError: "does not answer",
  ECONNRESET: "breaks off connections",
  EPIPE: "breaks off connections",
};

/** Describes a server that gave no answer. */
function unreached(error: unknown, { endpoint }: S3Address): string | undefined {
  const reason = SILENCE[codeOf(error) ?? ""] ?? SILENCE[error instanceof Error ? error.name : ""];
  if (reason === undefined) return undefined;
  return endpoint === undefined
    ? `the server of Amazon S3 ${reason}; check the network, or set AWS_ENDPOINT_URL to the address of your server`
    : `${endpoint} ${reason}; start the server, or correct AWS_ENDPOINT_URL`;
}

/** Describes the refusal of a server. */
function answer({ name, status, message, region }: Failure, { bucket, endpoint }: S3Address): string {
  const said = `${[status, name].filter((one) => one !== undefined && one !== "").join(" ")}: ${message}`;
  if (status === 301 || name === "AuthorizationHeaderMalformed")
    return `the bucket is in another region (${said}); set AWS_REGION to ${region ?? "the region of the bucket"}`;
  if (name === "NoSuchBucket" || status === 404)
    return `${endpoint ?? "Amazon S3"} has no bucket ${bucket}; create it, or correct the name`;
  if (["InvalidAccessKeyId", "SignatureDoesNotMatch"].includes(name))
    return `the server does not accept the credentials (${said}); correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  if (["ExpiredToken", "InvalidToken", "TokenRefreshRequired"].includes(name))
    return `the session token is not valid any more (${said}); get new credentials`;
  if (name === "RequestTimeTooSkewed") return `the clock of this machine is wrong (${said}); set it`;
  if (status === 401 || status === 403)
    return `access denied (${said}); give the credentials in use permission to list, read, write and delete there`;
  return `the server failed (${said}); try again later`;
}
