package dev.parley.cli.config;

/**
 * A value as it was written, and where.
 *
 * @param origin such as {@code --http-port}, {@code PARLEY_HTTP_PORT}, {@code http-port in
 *     parley.properties}, {@code default}
 */
record Value(String text, String origin) {}
