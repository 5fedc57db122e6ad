/** A device's side of the router: its event stream, its attachments, its acknowledgements. */
@NullMarked
package dev.parley.cli.device;

import org.jspecify.annotations.NullMarked;
