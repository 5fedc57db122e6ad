package dev.parley.router.delivery;

import java.util.Map;

/** A request that is answered with an error: a status, a slug and one sentence, never a trace. */
final class ApiError extends Exception {
  private static final long serialVersionUID = 1L;

  final int status;
  final String error;
  final transient Map<String, String> headers;

  ApiError(int status, String error, String detail) {
    this(status, error, detail, Map.of());
  }

  ApiError(int status, String error, String detail, Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status;
    this.error = error;
    this.headers = headers;
  }

  static ApiError badRequest(String detail) {
    return new ApiError(400, "bad-request", detail);
  }

  static ApiError notFound(String detail) {
    return new ApiError(404, "not-found", detail);
  }

  /** Another router, or this one a little later, will answer. */
  static ApiError comeBack(String error, String detail) {
    return new ApiError(503, error, detail, Map.of("Retry-After", "1"));
  }

  String detail() {
    String message = getMessage();
    return message == null ? error : message;
  }
}
