package dev.imdsanalyzer.daemon.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '\0',
            value = {
                "/opt/backup.sh --password hunter2 ~ backup.sh",
                "cd / && run-parts --report /etc/cron.hourly ~ run-parts",
                "test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily ) ~ run-parts",
                "[ -x /usr/lib/php/sessionclean ] && if [ ! -d /run/systemd/system ]; then /usr/lib/php/sessionclean; fi ~ sessionclean",
                "command -v debian-sa1 > /dev/null && debian-sa1 1 1 ~ debian-sa1",
                "TOKEN=AKIAABCDEFGHIJKLMNOP /opt/a.sh ~ a.sh",
                "/usr/bin/python3 /opt/nightly.py --key s3cr3t ~ nightly.py",
                "/usr/bin/python3 -u /opt/nightly.py ~ nightly.py",
                "bash -c 'curl -H \"Authorization: Bearer abc\" http://x' ~ bash",
                "perl -e 'print 1' ~ perl",
                "nice -n 19 ionice -c3 /usr/local/bin/sync-all ~ sync-all",
                "sudo -u www-data php /var/www/cron.php ~ cron.php",
                "php ~ php",
                "\u001b[31mred ~ ?",
                "$(cat /etc/shadow) ~ ?",
            })
    void isABaseNameWithoutArguments(String command, String name) {
        assertThat(CommandName.of(command.strip())).isEqualTo(name.strip());
    }
}
