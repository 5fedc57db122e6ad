package dev.parley.protocol;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one way JSON is read and written: bounded in size and depth, one document, no trailing text,
 * no name twice in an object (two readers might pick different ones), and numbers kept digit for
 * digit, so that what passes through stays what it was.
 */
public final class Json {
  /** The largest JSON document taken from outside, in bytes. */
  public static final int MAX_BYTES = 512 * 1024;

  /** How deep objects and arrays may nest. */
  public static final int MAX_DEPTH = 64;

  /** How many characters a number may have. */
  static final int MAX_NUMBER = 1_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxDocumentLength(MAX_BYTES)
                          .maxStringLength(MAX_BYTES)
                          .maxNumberLength(MAX_NUMBER)
                          .build())
                  .build())
          .enable(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
              DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  /**
   * Reads one JSON object.
   *
   * @throws MalformedException when it is not an object, too large or too deep, or has a number
   *     that is too long or whose exponent is out of bounds
   */
  public static ObjectNode object(byte[] json) throws MalformedException {
    if (json.length > MAX_BYTES) {
      throw new MalformedException("JSON of " + json.length + " bytes is larger than " + MAX_BYTES);
    }
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new MalformedException("JSON is not an object");
    } catch (JacksonException e) {
      // The original message may quote the input, which may be private.
      throw new MalformedException(
          "not JSON, a name twice, deeper than "
              + MAX_DEPTH
              + ", or a number longer than "
              + MAX_NUMBER
              + where(e));
    } catch (NumberFormatException | ArithmeticException e) {
      // It quotes the number.
      throw new MalformedException("JSON with a number whose exponent is out of all bounds");
    }
  }

  private static String where(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }

  /** A new empty object. */
  public static ObjectNode newObject() {
    return MAPPER.createObjectNode();
  }

  /** The node as UTF-8 JSON without white space between tokens. */
  public static byte[] bytes(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  /** The text at {@code field}. */
  public static String text(JsonNode object, String field) throws MalformedException {
    JsonNode value = object.get(field);
    if (value == null || !value.isString()) {
      throw new MalformedException("\"" + field + "\" is missing or not a string");
    }
    return value.stringValue();
  }

  /** The text at {@code field}, or {@code fallback} when there is none. */
  public static String text(JsonNode object, String field, String fallback) {
    JsonNode value = object.get(field);
    return value == null || !value.isString() ? fallback : value.stringValue();
  }

  /** The whole number at {@code field}. */
  public static long number(JsonNode object, String field) throws MalformedException {
    JsonNode value = object.get(field);
    if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new MalformedException("\"" + field + "\" is missing or not a whole number");
    }
    return value.longValue();
  }

  /** The object at {@code field}. */
  public static ObjectNode object(JsonNode object, String field) throws MalformedException {
    if (object.get(field) instanceof ObjectNode value) {
      return value;
    }
    throw new MalformedException("\"" + field + "\" is missing or not an object");
  }
}
