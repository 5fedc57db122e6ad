package dev.parley.trials.model;

/** What can happen next in a world, and how often it is drawn. */
enum Happening {
  SPEAK(130),
  POLL(140),
  COMPLETE(220),
  LAND(150),
  ANSWER(220),
  READ(80),
  FOLLOW(30),
  TICK(90),
  COMMIT(30),
  ROUTER_READS(90),
  ROUTER_COMMITS(20),
  ROUTER_RESTARTS(5),
  DEVICE_ACKNOWLEDGES(30),
  DEVICE_LEAVES(4),
  DEVICE_RETURNS(12),
  ASSIGN(60),
  REVOKE(4),
  LOSE(3),
  CRASH(4),
  LEAVER_CRASHES(40),
  STOP_UNSEEN(4),
  ZOMBIE_ENDS(5),
  STRAY_LANDS(4),
  WRITE_FAILS(3),
  CIC_GOES(2),
  CIC_RETURNS(6),
  RETENTION(2);

  final int weight;

  Happening(int weight) {
    this.weight = weight;
  }
}
