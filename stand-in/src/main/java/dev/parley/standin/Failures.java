package dev.parley.standin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Writes error responses. */
final class Failures {
  private Failures() {}

  /** Status and System.Exception (C38), whole. */
  static void write(ResponseWriter writer, int status, String description, Reply.Shape shape) {
    String wrapped = Directives.exception(status, description, true);
    String bare = Directives.exception(status, description, false);
    switch (shape) {
      case WRAPPED -> json(writer, status, wrapped);
      case BARE -> json(writer, status, bare);
      case WRAPPED_PART -> part(writer, status, wrapped);
      case BARE_PART -> part(writer, status, bare);
    }
    writer.end();
  }

  private static void json(ResponseWriter writer, int status, String json) {
    writer.head(status, Optional.of("application/json; charset=UTF-8"), false);
    writer.body(List.of(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static void part(ResponseWriter writer, int status, String json) {
    MultipartBody body = new MultipartBody();
    writer.head(status, Optional.of(body.contentType()), false);
    writer.body(List.of(body.first()));
    writer.body(body.part(new Part.Directive(json)));
    writer.body(List.of(body.last()));
  }
}
