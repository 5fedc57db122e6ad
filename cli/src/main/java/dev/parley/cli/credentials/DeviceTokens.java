package dev.parley.cli.credentials;

import dev.parley.cli.command.CommandException;
import dev.parley.router.delivery.Authorizer;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What devices show to the router, from a file of {@code device = token} lines. Compared in a time
 * that tells nothing of the token. Any thread.
 */
public final class DeviceTokens implements Authorizer {
  private static final String BEARER = "Bearer ";

  private final Map<String, byte[]> tokens;

  private DeviceTokens(Map<String, byte[]> tokens) {
    this.tokens = tokens;
  }

  /** Reads it. */
  public static DeviceTokens open(Path file) throws CommandException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException(
          "the device tokens in " + file + " cannot be read: " + e.getMessage(), e);
    }
    Map<String, byte[]> tokens = new HashMap<>();
    for (String device : properties.stringPropertyNames()) {
      String token = properties.getProperty(device, "").trim();
      if (token.isEmpty()) {
        throw new CommandException(file + ": device " + device + " has no token");
      }
      tokens.put(device, token.getBytes(StandardCharsets.UTF_8));
    }
    return new DeviceTokens(tokens);
  }

  @Override
  public boolean mayActAs(String device, Optional<String> authorization) {
    byte[] expected = tokens.get(device);
    String shown = authorization.orElse("");
    return expected != null
        && shown.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && MessageDigest.isEqual(
            expected, shown.substring(BEARER.length()).trim().getBytes(StandardCharsets.UTF_8));
  }
}
