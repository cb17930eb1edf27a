package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguagesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "en|How is a task that failed run again?",
        "de|Wie wird eine Aufgabe wiederholt, die nicht gelungen ist?",
        "fr|Comment est-ce que la tâche est répétée dans le moulin ?",
        "es|¿Cómo se repite una tarea que no ha salido bien en el molino?",
        "it|Come viene ripetuta una attività che non è riuscita nel mulino?",
        "pt|Como é que uma tarefa que não foi bem sucedida é repetida?",
        "nl|Hoe wordt een taak die niet is gelukt opnieuw uitgevoerd?",
        "ru|Как повторяется задача, которая не удалась?",
        "uk|Як повторюється завдання, що її не вдалося виконати?",
        "el|Πώς επαναλαμβάνεται η εργασία;",
        "ja|失敗したタスクはどのように再実行されますか",
        "zh|失败的任务如何重新运行",
        "ko|실패한 작업은 어떻게 다시 실행됩니까",
      })
  void aSentenceTellsItsLanguage(String language, String sentence) {
    assertThat(Languages.of(sentence)).isEqualTo(language);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "  ", "12345", "water wheel", "XJ-4500", "🚰🚰", "\uD83D", "Mühle", "DIE"})
  void tooLittleIsNotGuessed(String text) {
    assertThat(Languages.of(text)).isEqualTo(Languages.UNKNOWN);
  }

  @Test
  void mostLettersDecideBetweenScripts() {
    assertThat(Languages.of("Как настроить PostgreSQL и Redis на сервере")).isEqualTo("ru");
    assertThat(Languages.of("This is what they say in Moscow: Москва")).isEqualTo("en");
  }
}
