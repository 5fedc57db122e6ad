package dev.parley.router.delivery;

import dev.parley.router.queue.Delivery;

/** A device's open stream, as those who fill it see it. From any thread; never blocks. */
public interface Outlet {
  /** Why a stream is ended from our side. */
  enum End {
    /** A newer stream of the same device has taken over. */
    REPLACED("replaced"),
    /** The device's partition goes to another router. */
    MOVED("moved"),
    /** This router stops. */
    STOPPING("stopping"),
    /** The device did not read what it was sent. */
    TOO_SLOW("too-slow");

    private final String text;

    End(String text) {
      this.text = text;
    }

    /** The word in events and metrics. */
    @Override
    public String toString() {
      return text;
    }
  }

  /** Writes this, as soon as the device reads. */
  void send(Delivery delivery);

  /** Ends the stream after what has been sent. */
  void end(End why);
}
