/** Talks to CIC: lanes, downchannels, event requests. The only place that knows OkHttp. */
@NullMarked
package dev.parley.dispatcher.cic;

import org.jspecify.annotations.NullMarked;
