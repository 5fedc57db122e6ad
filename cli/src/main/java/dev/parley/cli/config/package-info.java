/**
 * Settings: what there is to set, where a value came from, and one clear line for what is wrong.
 * Precedence is flag, {@code PARLEY_*} environment, file, default.
 */
@NullMarked
package dev.parley.cli.config;

import org.jspecify.annotations.NullMarked;
