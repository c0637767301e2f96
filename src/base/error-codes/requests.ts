/** Usage errors of requests: HTTP and its parameters. */
import type { ErrorList } from './entry.ts';

export const requestErrors = {
  BAD_ADQL: {
    sentence: 'The text is not ADQL, or names what is not there.',
    meaning:
      'The message has the line and the column, what is expected there and what was received: a word of the language, a name of a column, or a value of another type.',
    remedy: 'Correct the text at that place. The page on finding datasets describes the language.',
  },
  BAD_CONTENT_TYPE: {
    sentence: 'The content type of the request body is not supported.',
    meaning:
      'A POST has a body that is neither a URL-encoded nor a multipart form, or is compressed (Content-Encoding).',
    remedy: 'Send application/x-www-form-urlencoded or multipart/form-data, not compressed.',
    status: 415,
  },
  BAD_ID: {
    sentence: 'The dataset ID is malformed.',
    meaning: 'ID is not of the form ivo://authority/path?repo=…&id=… or butler://label/uuid.',
    remedy: 'Copy the ID from `vignet ls` or from the catalog, and percent-encode it in a URL.',
  },
  BAD_MULTIPART: {
    sentence: 'The multipart body is malformed.',
    meaning: 'The body ends early, lacks its boundary, or has a malformed part.',
    remedy: 'Build the body with an HTTP library, for example `curl -F`.',
  },
  BAD_RANGE: {
    sentence: 'The requested byte range is outside the answer.',
    meaning: 'The first byte of Range is at or after the end of the answer.',
    remedy: 'Ask for a range below the Content-Length that HEAD reports.',
    status: 416,
  },
  BAD_REQUEST: {
    sentence: 'The HTTP request is malformed.',
    meaning: 'The web server refused the request before any parameter was read.',
    remedy: 'Correct what the message names.',
  },
  BAD_URL: {
    sentence: 'The URL is not correctly percent-encoded.',
    meaning: 'The path of the URL holds a % that is not followed by two hexadecimal digits.',
    remedy: 'Percent-encode the URL.',
  },
  BAD_VALUE: {
    sentence: 'A parameter has a value that is not allowed.',
    meaning: 'The message names the parameter, what is expected and what was received.',
    remedy:
      'Correct the value; openapi.json and `vignet <command> --help` list the values of each parameter.',
  },
  BODY_TOO_LARGE: {
    sentence: 'The request body is too large.',
    meaning: 'The body or one of its parts is larger than the service accepts.',
    remedy: 'Send fewer points or parameters per request.',
    status: 413,
  },
  CONTRADICTION: {
    sentence: 'Two parameters cannot be used together.',
    meaning: 'A parameter needs another one that is absent, or excludes one that is present.',
    remedy: 'Add or leave out the parameter that the message names.',
  },
  FORBIDDEN: {
    sentence: 'Access to the dataset is not allowed.',
    meaning: 'The policy of the archive does not give this dataset to the user who asked.',
    remedy: 'Use an account with rights to the data, or ask the operator of the archive.',
    status: 403,
  },
  METHOD_NOT_ALLOWED: {
    sentence: 'The HTTP method is not supported here.',
    meaning: 'The path exists, but not for this method.',
    remedy: 'Use GET, HEAD or POST.',
    status: 405,
  },
  MISSING_PARAM: {
    sentence: 'A required parameter is missing.',
    meaning: 'A parameter is always required, or required for this dataset or archive.',
    remedy: 'Give the parameter that the message names.',
  },
  MULTI_VALUED: {
    sentence: 'A parameter was given more than once.',
    meaning:
      'A synchronous request accepts one value of this parameter; CIRCLE, POLYGON and POS count as one.',
    remedy: 'Send one request per value, or use the stack service for several positions in time.',
  },
  NOT_FOUND: {
    sentence: 'There is no resource at this path.',
    meaning: 'The path of the URL belongs to no route of the service.',
    remedy: 'See openapi.json for all paths.',
    status: 404,
  },
  NUMBER_TOO_LARGE: {
    sentence: 'A condition computes a number that is too large.',
    meaning: 'For one of the rows a sum, a difference or a product does not fit into 64 bits.',
    remedy:
      'CAST one of the numbers AS DOUBLE PRECISION, or leave the row out by another parameter: the condition is computed of those rows only that meet the others.',
  },
  PRECONDITION_FAILED: {
    sentence: 'The answer is no longer the one named by If-Match.',
    meaning: 'The dataset was ingested anew, or Vignet was updated, since the ETag was issued.',
    remedy: 'Start the download again without If-Match.',
    status: 412,
  },
  TOO_LARGE: {
    sentence: 'The answer would be larger than the service allows.',
    meaning: 'Size, memory or pixels on a side are over a limit, which the message names.',
    remedy: 'Ask for a smaller region, size or number of rows; the operator can raise the limit.',
  },
  TOO_MANY: {
    sentence: 'The request selects more datasets than the service allows.',
    meaning: 'The number of rows, frames or inputs is over a limit, which the message names.',
    remedy: 'Select fewer by region, BAND, TIME, COLLECTION or MAXREC.',
  },
  TOO_MANY_PARAMETERS: {
    sentence: 'The request has too many parameters.',
    meaning: 'The number of name-value pairs in the URL and the body is over the limit of the service.',
    remedy: 'Split the request.',
  },
  UNAUTHENTICATED: {
    sentence: 'The request does not say who is asking.',
    meaning: 'Credentials are required and absent, expired or not valid.',
    remedy: 'Send a valid token in the Authorization header.',
    status: 401,
  },
  UNENCODED_ID: {
    sentence: 'The dataset ID is not percent-encoded.',
    meaning: 'ID contains an unencoded &, so that its second half arrived as another parameter.',
    remedy: 'Use the encoded ID that the message shows.',
  },
  UNEXPECTED_FILE: {
    sentence: 'A part of the multipart body is a file.',
    meaning: 'The service accepts parameters only; a file is accepted only where UPLOAD is a parameter.',
    remedy: 'Send the values as form fields, without a file name.',
  },
  UNKNOWN_COLLECTION: {
    sentence: 'The archive has no such collection.',
    meaning: 'COLLECTION is neither a collection nor a release label of the archive.',
    remedy: 'Use one of the names in the message or of `vignet ls --collections`.',
  },
  UNKNOWN_ID: {
    sentence: 'The archive has no dataset with this ID.',
    meaning: 'The ID is well formed, but nothing was ingested under it, or it may not be seen by this user.',
    remedy: 'Check the release label and the UUID; `vignet ls` lists the datasets.',
    status: 404,
  },
  UNKNOWN_PARAMETER: {
    sentence: 'A parameter is unknown.',
    meaning: 'The service has no parameter of this name, and ignoring it would change what is sent.',
    remedy: 'Correct the name; the message lists the parameters of the service.',
  },
  UNKNOWN_RELEASE: {
    sentence: 'The archive has no release with this label.',
    meaning: 'No dataset of the archive has the label that is to be dropped.',
    remedy: 'Give one of the labels that the message lists.',
  },
  UNKNOWN_TYPE: {
    sentence: 'The collection has no such dataset type.',
    meaning: 'DPSUBTYPE is not in the collection, or it is absent and no type can be chosen by default.',
    remedy: 'Give one of the dataset types that the message lists.',
  },
  URL_TOO_LONG: {
    sentence: 'The URL is too long.',
    meaning: 'The query of a GET is longer than the service accepts.',
    remedy: 'Send the parameters in the body of a POST.',
    status: 414,
  },
  VALUE_TOO_LONG: {
    sentence: 'The value of a parameter is too long.',
    meaning: 'The value has more characters than the parameter accepts.',
    remedy: 'Shorten it, for example a polygon of fewer vertices.',
  },
} as const satisfies ErrorList;
