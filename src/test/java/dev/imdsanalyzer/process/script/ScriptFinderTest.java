package dev.imdsanalyzer.process.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptFinderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            /usr/bin/python3.11 | python3 job.py --all | /srv/app/job.py
            /usr/bin/python3.11 | /usr/bin/python3 -u -W ignore -X dev ./job.py | /srv/app/job.py
            /usr/bin/python3.11 | python3 -Wignore /opt/job.py | /opt/job.py
            /usr/bin/python3.11 | python3 -m http.server 80 | http.server
            /usr/bin/python3.11 | python3 -Im flask run | flask
            /usr/bin/python3.11 | python3 -c print(1) job.py | -
            /usr/bin/python3.11 | python3 --check-hash-based-pycs always job.py | /srv/app/job.py
            /usr/bin/python3.11 | python3 - | -
            /usr/bin/python3.11 | python3 | -
            /usr/bin/node | node server.js -r x | /srv/app/server.js
            /usr/bin/node | node --require ./a.js -r b --max-old-space-size=1 server.js | /srv/app/server.js
            /usr/bin/node | node -e 1 | -
            /usr/bin/node | node inspect a.js | /srv/app/a.js
            /usr/bin/ruby3.1 | ruby -w -I lib -rjson x.rb | /srv/app/x.rb
            /usr/bin/perl | /usr/bin/perl -w -I lib -MJSON x.pl | /srv/app/x.pl
            /usr/bin/perl | perl -lne print x | -
            /usr/bin/bash | /bin/bash ./makeCalls.sh 1 | /srv/app/makeCalls.sh
            /usr/bin/bash | bash -eux -o pipefail makeCalls.sh | /srv/app/makeCalls.sh
            /usr/bin/bash | bash +x --rcfile f makeCalls.sh | /srv/app/makeCalls.sh
            /usr/bin/dash | sh -c curl | -
            /usr/bin/bash | bash -lc curl | -
            /usr/bin/bash | -bash | -
            /usr/bin/dash | sh -- -x.sh | /srv/app/-x.sh
            /bin/busybox | sh ./a.sh | /srv/app/a.sh
            /bin/busybox | busybox sh a.sh | /srv/app/a.sh
            /bin/busybox | wget http://h/ | -
            /usr/lib/jvm/java-17/bin/java | java -Xmx1g -cp a.jar:b.jar com.example.Main x | com.example.Main
            /usr/lib/jvm/java-17/bin/java | java -Da=b -jar app.jar --server.port=1 | /srv/app/app.jar
            /usr/lib/jvm/java-17/bin/java | java -p mods -m com.example/com.example.Main | com.example/com.example.Main
            /usr/lib/jvm/java-17/bin/java | java --add-opens a/b=c Main.java | /srv/app/Main.java
            /usr/lib/jvm/java-17/bin/java | java -version | -
            /usr/lib/dotnet/dotnet | dotnet Shop.dll --urls x | /srv/app/Shop.dll
            /usr/lib/dotnet/dotnet | dotnet exec --depsfile a.json /opt/Shop.dll | /opt/Shop.dll
            /usr/lib/dotnet/dotnet | dotnet build | -
            /usr/bin/php8.2 | php -d a=b -f cron.php | /srv/app/cron.php
            /usr/bin/php8.2 | php cron.php | /srv/app/cron.php
            /usr/bin/php8.2 | php -r x | -
            /usr/sbin/php-fpm8.2 | php-fpm: pool www | -
            /usr/bin/curl | curl http://h/ | -
            - | python3 job.py | /srv/app/job.py
            """)
    void findsWhatTheInterpreterRuns(String executable, String arguments, String expected) {
        assertThat(ScriptFinder.find(executable, List.of(arguments.split(" ", -1)), "/srv/app"))
                .isEqualTo(expected);
    }

    @Test
    void leavesARelativePathWhereTheWorkingDirectoryIsUnknown() {
        assertThat(ScriptFinder.find("/usr/bin/python3", List.of("python3", "./a.py"), null))
                .isEqualTo("./a.py");
    }

    @Test
    void findsNothingWhereAnOptionLacksItsValue() {
        assertThat(ScriptFinder.find("/usr/bin/python3", List.of("python3", "-m"), "/"))
                .isNull();
        assertThat(ScriptFinder.find("/usr/bin/java", List.of("java", "-jar"), "/"))
                .isNull();
    }
}
