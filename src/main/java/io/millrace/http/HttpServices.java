package io.millrace.http;

import io.millrace.archive.Tasks;
import io.millrace.artifact.ArtifactStore;
import io.millrace.bus.Bus;
import io.millrace.document.Documents;
import io.millrace.document.GenerationNews;
import io.millrace.document.Generations;
import io.millrace.events.EventLogs;
import io.millrace.handler.HandlerRegistry;
import io.millrace.observe.Meters;
import io.millrace.queue.DeadLetters;
import io.millrace.queue.TaskQueue;
import io.millrace.schedule.Schedules;
import io.millrace.settings.HttpSettings;
import io.millrace.source.Sources;
import io.millrace.tuning.Tuning;
import java.time.Duration;

/**
 * All that the public server works with.
 *
 * @param grace how long requests in flight may take when the server stops
 */
public record HttpServices(
    HttpSettings settings,
    Duration grace,
    TaskQueue queue,
    DeadLetters letters,
    Tasks tasks,
    EventLogs events,
    HandlerRegistry handlers,
    Schedules schedules,
    Sources sources,
    Tuning tuning,
    Documents documents,
    Generations generations,
    GenerationNews generationNews,
    ArtifactStore artifacts,
    Bus bus,
    Meters meters,
    SystemInfo system) {}
