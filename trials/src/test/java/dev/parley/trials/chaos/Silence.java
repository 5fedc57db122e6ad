package dev.parley.trials.chaos;

/** Nobody watches. */
enum Silence implements ChaosRun.Progress {
  SILENCE;

  @Override
  public void started(String what) {}

  @Override
  public void injected(int number, int of, Fault fault, Injection last, Recorder soFar) {}
}
