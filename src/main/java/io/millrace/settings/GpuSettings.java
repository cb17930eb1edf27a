package io.millrace.settings;

import java.time.Duration;

/**
 * GPUs of this machine.
 *
 * @param memoryMax what one model may take of a GPU's memory; 0 means all
 * @param keepAlive how often a GPU that models run on does a small run, so that it stays awake
 */
public record GpuSettings(DataSize memoryMax, Duration keepAlive) {
  static GpuSettings read(Section section) {
    return new GpuSettings(
        section.size("memoryMax", new DataSize(0), DataSize.gigabytes(4096)),
        section.duration(
            "keepAlive", Duration.ofMinutes(210), Duration.ofSeconds(1), Duration.ofDays(365)));
  }
}
