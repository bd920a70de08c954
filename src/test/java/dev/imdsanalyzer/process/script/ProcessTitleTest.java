package dev.imdsanalyzer.process.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.process.proc.Cmdline;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessTitleTest {
    /** NULs are written as tildes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "/usr/bin/perl|worker~~~~~~|worker",
                "/usr/bin/perl|worker: job 17~~~~~~|worker",
                "/usr/bin/perl|worker            |worker",
                "/usr/bin/perl|   ~   ~|-",
                "/usr/bin/perl|             |-",
                "/usr/bin/perl|/opt/app/poll.pl~~|poll.pl",
                "/usr/bin/perl|perl~/opt/app/poll.pl~|/opt/app/poll.pl",
                "/usr/bin/python3.11|gunicorn: worker [shop]~~~~|gunicorn",
                "/usr/bin/python3.11|gunicorn: master [shop]~~~~|gunicorn",
                "/usr/bin/python3.11|[celeryd: celery@host:ForkPoolWorker-1]~~~|celeryd",
                "/usr/bin/python3.11|python3 /opt/app.py --once~~|/opt/app.py",
                "/usr/bin/python3.11|python3 -m shop.poll~~|shop.poll",
                "/usr/bin/ruby3.1|sidekiq 6.5.1 shop [0 of 5 busy]~~~|sidekiq",
                "/usr/bin/ruby3.1|sidekiq 6.5.1 shop [4 of 5 busy]~~~|sidekiq",
                "/usr/bin/ruby3.1|puma 5.6.4 (tcp://0.0.0.0:3000) [shop]~~|puma",
                "/usr/bin/ruby3.1|puma: cluster worker 0: 1234 [shop]~~|puma",
                "/usr/bin/ruby3.1|resque-1.27.4: Waiting for mail~~|resque",
                "/usr/bin/php8.2|php-worker: mail~~|php-worker",
                "/usr/bin/python3|python3~|-",
                "/usr/bin/python3|-~|-",
                "/usr/bin/bash|-bash~|-",
                "/usr/bin/bash|deploy~|-",
                "/usr/lib/postgresql/bin/postgres|postgres: shop db 10.0.0.1(1234) idle~~|-",
            })
    void namesTheProgramOfATitleTheSameWhateverItDoes(String executable, String cmdline, String script) {
        byte[] content = cmdline.replace('~', '\0').getBytes(StandardCharsets.UTF_8);

        assertThat(ScriptFinder.find(executable, Cmdline.parse(content), "/srv"))
                .isEqualTo(script);
    }
}
