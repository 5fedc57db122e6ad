package dev.parley.standin;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The headers of a request, as far as CIC has rules for them (C8, C9, C10, C14). The token is never
 * printed.
 */
record RequestHead(
    String method,
    String path,
    Optional<String> token,
    Optional<String> userAgent,
    Optional<String> tags,
    Optional<String> contentType,
    Optional<String> contentLength) {
  private static final Pattern BEARER = Pattern.compile("(?i:Bearer) ([A-Za-z0-9._~+/-]+=*)");
  private static final Pattern TAGS = Pattern.compile("[^,\\s]+(,[^,\\s]+)*");
  private static final Pattern BOUNDARY =
      Pattern.compile("[A-Za-z0-9'()+_,./:=? -]{0,69}[A-Za-z0-9'()+_,./:=?-]");

  static RequestHead of(Http2Headers headers) {
    String path = text(headers.path()).orElse("");
    int query = path.indexOf('?');
    return new RequestHead(
        text(headers.method()).orElse(""),
        query < 0 ? path : path.substring(0, query),
        text(headers.get("authorization"))
            .map(BEARER::matcher)
            .filter(m -> m.matches())
            .map(m -> m.group(1)),
        text(headers.get("user-agent")),
        text(headers.get("x-clova-device-tags")),
        text(headers.get("content-type")),
        text(headers.get("content-length")));
  }

  private static Optional<String> text(CharSequence value) {
    return Optional.ofNullable(value).map(CharSequence::toString);
  }

  /**
   * Checks what events and downchannels have in common.
   *
   * @return the token
   * @throws Refusal 401 without a token; 400 for a bad User-Agent, unless lenient
   */
  String check(Checks checks, boolean lenient) {
    String bearer =
        token.orElseThrow(() ->
            new Refusal(
                401, Row.C8, "Authorization: Bearer <access token> is missing or malformed"));
    tags.ifPresent(t ->
        checks.check(
            Row.C10,
            TAGS.matcher(t).matches(),
            "X-Clova-Device-Tags is a list",
            "X-Clova-Device-Tags is not a list of words with commas between"));
    if (userAgent.isEmpty()) {
      refuse(checks, lenient, Row.C8, "User-Agent is missing");
    } else if (!UserAgent.isValid(userAgent.get())) {
      refuse(checks, lenient, Row.C9, "User-Agent is not Maker/Product/1.2.3 (OS info;HW info)");
    } else {
      checks.pass(Row.C9, "User-Agent is well-formed");
    }
    return bearer;
  }

  /**
   * The boundary of the body of an event.
   *
   * @throws Refusal 400 if the content type is not multipart/form-data with a boundary
   */
  String boundary(Checks checks) {
    HeaderValue type = HeaderValue.parse(contentType.orElse(""));
    String boundary = type.parameter("boundary").orElse("");
    if (!type.value().equals("multipart/form-data") || !BOUNDARY.matcher(boundary).matches()) {
      throw Refusal.badRequest(
          Row.C8, "Content-Type is not multipart/form-data with a boundary of 1 to 70 characters");
    }
    checks.pass(Row.C8, "Authorization, User-Agent and Content-Type are there");
    return boundary;
  }

  private static void refuse(Checks checks, boolean lenient, Row row, String description) {
    checks.fail(row, description);
    if (!lenient) {
      throw Refusal.badRequest(row, description);
    }
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
