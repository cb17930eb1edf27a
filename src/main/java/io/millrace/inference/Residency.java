package io.millrace.inference;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How models of a process live in its memory.
 *
 * @param cache a directory of ours, where native libraries are unpacked once
 * @param memoryBytesMax what all models on the processor may take together
 * @param gpuBytesMax what one model may take of a GPU's memory; 0 means all
 * @param loadWait how long a question waits for its model to be loaded
 * @param keepAlive how often a GPU does a small run
 */
public record Residency(
    Path cache, long memoryBytesMax, long gpuBytesMax, Duration loadWait, Duration keepAlive) {
  /** With the usual limits. */
  public static Residency in(Path cache) {
    return new Residency(cache, machineBytes(), 0, Duration.ofMinutes(1), Duration.ofMinutes(210));
  }

  /** What this machine or container has, less the largest heap. */
  public static long machineBytes() {
    var system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return Math.max(1 << 28, system.getTotalMemorySize() - Runtime.getRuntime().maxMemory());
  }
}
