/** Files with what devices show to CIC and to the router. */
@NullMarked
package dev.parley.cli.credentials;

import org.jspecify.annotations.NullMarked;
