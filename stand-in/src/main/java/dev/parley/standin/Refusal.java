package dev.parley.standin;

/**
 * A request that CIC would refuse; its message goes to the client and to the verdict log. Has no
 * stack trace.
 */
final class Refusal extends RuntimeException {
  private final int status;
  private final Row row;

  Refusal(int status, Row row, String description) {
    super(description, null, false, false);
    this.status = status;
    this.row = row;
  }

  static Refusal badRequest(Row row, String description) {
    return new Refusal(400, row, description);
  }

  int status() {
    return status;
  }

  Row row() {
    return row;
  }

  String description() {
    return String.valueOf(getMessage());
  }
}
