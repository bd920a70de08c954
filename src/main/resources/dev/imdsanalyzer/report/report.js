'use strict';
(() => {
  const root = document.documentElement;
  root.classList.add('scripted');
  const color = name => getComputedStyle(root).getPropertyValue(name).trim();

  // Sorting and filtering of the two sheets.
  const sheets = {};
  for (const sheet of document.querySelectorAll('.sheet[data-sheet]')) {
    const body = sheet.querySelector('.body');
    const rows = [...body.children];
    const tools = document.querySelector(`.tools[data-for=${sheet.dataset.sheet}]`);
    const search = tools.querySelector('input[type=search]');
    const only = tools.querySelector('input[type=checkbox]');
    const shown = tools.querySelector('output');
    const chip = document.createElement('button');
    chip.type = 'button';
    chip.className = 'chip';
    chip.hidden = true;
    shown.before(chip);
    // A fleet may have thousands: the first ones are enough until somebody wants them all, on paper too.
    let most = 300;
    const more = document.createElement('button');
    more.type = 'button';
    more.className = 'chip more';
    sheet.after(more);
    let tile = null;
    const texts = new Map();
    const text = row => {
      if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
      return texts.get(row);
    };
    const is = (row, word) => (row.dataset.in || '').split(' ').includes(word);
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const row of rows) {
        const match = (!only.checked || is(row, only.value)) && (!tile || is(row, tile.dataset.word))
          && words.every(word => text(row).includes(word));
        count += match;
        row.hidden = !match || count > most;
      }
      more.hidden = count <= most;
      more.textContent = `Show ${count - most} more`;
      shown.textContent = count === rows.length ? `${count} in all` : `${count} of ${rows.length}`;
    };
    // A tile shows the rows that it counts; once more, or its chip above the table, shows all again.
    const choose = chosen => {
      if (tile) tile.removeAttribute('aria-current');
      tile = chosen === tile ? null : chosen;
      if (tile) tile.setAttribute('aria-current', 'true');
      chip.hidden = !tile;
      chip.textContent = tile ? `only ${tile.querySelector('span').textContent} ×` : '';
      filter();
    };
    chip.addEventListener('click', () => choose(null));
    more.addEventListener('click', () => { most = Infinity; filter(); });
    sheets[sheet.dataset.sheet] = choose;
    let waiting;
    search.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
    only.addEventListener('change', filter);
    const cells = row => row.querySelectorAll('[role=cell]');
    const value = (row, column, numeric) => {
      const cell = cells(row)[column];
      if (!numeric) return cell.textContent;
      return Number(cell.dataset.value || cell.textContent.replace(/\D/g, ''));
    };
    const heads = [...sheet.querySelectorAll('.head > *')];
    heads.forEach((head, column) => head.firstElementChild.addEventListener('click', event => {
      const numeric = event.currentTarget.dataset.kind === 'number';
      const ascending = head.getAttribute('aria-sort') ? head.getAttribute('aria-sort') === 'descending' : !numeric;
      heads.forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
      const sign = ascending ? 1 : -1;
      const keyed = rows.map(row => [value(row, column, numeric), row]);
      keyed.sort(([a], [b]) => sign * (numeric ? a - b : a.localeCompare(b)));
      const sorted = document.createDocumentFragment();
      keyed.forEach(([, row], index) => { rows[index] = row; sorted.append(row); });
      body.append(sorted);
      filter();
    }));
    filter();
  }
  for (const tile of document.querySelectorAll('a.tile')) {
    tile.addEventListener('click', () => sheets[tile.hash.slice(1)]?.(tile));
  }

  // Each block of lines gets a button that copies it.
  const copied = async text => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand('copy');
      area.remove();
      return done;
    }
  };
  for (const block of document.querySelectorAll('pre.copy')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      button.textContent = await copied(block.querySelector('code').textContent) ? 'Copied' : 'Not copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
    block.append(button);
  }

  // The chart: stacked calls over time, and what was watched on the same axis.
  const holder = document.getElementById('live');
  const source = document.getElementById('chart-data');
  if (!holder || !source || typeof uPlot === 'undefined') return;
  const data = JSON.parse(source.textContent);
  const names = ['IMDSv1 served', 'IMDSv1 refused', 'IMDSv2', 'unknown'];
  const colors = ['--v1', '--v1r', '--v2', '--unknown'];
  const visible = names.map(() => true);
  // A few calls beside thousands of others must still be seen: no bar is thinner than a hair. The legend says the numbers: of
  // the time under the pointer, else of all that is shown.
  const stack = () => {
    const sums = data.x.map(() => 0);
    const top = Math.max(1, ...data.x.map((x, bin) => data.calls.reduce((sum, calls, index) => sum + (visible[index] ? calls[bin] : 0), 0)));
    const drawn = count => count === 0 ? 0 : Math.max(count, top * 0.02);
    return [data.x, ...data.calls.map((calls, index) => calls.map((count, bin) => visible[index] ? (sums[bin] += drawn(count)) : null))];
  };
  const labels = (u, splits) => {
    const seconds = splits.some(split => split % 60);
    return splits.map((split, index) => {
      const [date, time] = new Date(split * 1000).toISOString().split('T');
      const clock = time.slice(0, seconds ? 8 : 5);
      const midnight = time.startsWith('00:00:00');
      return index === 0 ? (midnight ? date : date + ' ' + clock) : midnight ? date.slice(5) : clock;
    });
  };
  const width = () => holder.clientWidth;
  const range = () => data.range;
  const axis = () => ({ stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line') }, font: '12px system-ui, sans-serif' });
  // Room for the longest of the labels, the same in both charts so that their axes line up.
  const largest = Math.max(1, ...data.x.map((x, bin) => data.calls.reduce((sum, calls) => sum + calls[bin], 0)));
  const size = Math.max(56, 26 + 7 * String(largest).length + 4 * Math.floor(String(largest).length / 3));
  const english = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
  const number = { format: value => english.format(value).replaceAll(',', ' ') };
  const day = seconds => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const when = (u, seconds) => seconds === null ? (u.scales.x.min === null ? '–' : `${day(u.scales.x.min)} to ${day(u.scales.x.max)} UTC`) : `${day(seconds)} UTC`;
  const shown = (u, x, values) => values.filter((value, bin) => u.scales.x.min === null || ((x[bin + 1] ?? Infinity) > u.scales.x.min && x[bin] <= u.scales.x.max));
  const total = (u, x, values) => shown(u, x, values).reduce((sum, value) => sum + value, 0);
  const mean = (u, x, values) => total(u, x, values) / Math.max(1, shown(u, x, values).length);
  const share = percent => percent.toFixed(1) + ' %';
  let plots = [];
  const draw = () => {
    plots.forEach(plot => plot.destroy());
    holder.textContent = '';
    const sync = { key: 'time' };
    const tz = seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC');
    const unit = text => {
      const line = document.createElement('p');
      line.className = 'unit';
      line.textContent = text;
      holder.append(line);
    };
    unit(holder.dataset.calls);
    const calls = new uPlot({
      width: width(), height: 270, padding: [10, 18, 0, 0], tzDate: tz, cursor: { sync, drag: { x: true, y: false } },
      scales: { x: { range: (u, min, max) => min === null ? range() : [min, max] }, y: { range: (u, min, max) => [0, Math.max(1, max * 1.08)] } },
      axes: [{ ...axis(), values: labels, space: 78 }, { ...axis(), size, values: (u, values) => values.map(value => Number.isInteger(value) ? number.format(value) : '') }],
      series: [{ value: when }, ...names.map((name, index) => ({
        label: name, fill: color(colors[index]), stroke: color(colors[index]), width: 0, show: visible[index], points: { show: false },
        paths: uPlot.paths.bars({ size: [0.9, 100], align: 1 }),
        value: (u, value, series, bin) => number.format(bin === null ? total(u, data.x, data.calls[index]) : data.calls[index][bin]),
      })).reverse()],
      hooks: { setSeries: [(u, series, options) => {
        if (series === null || options.show === undefined) return;
        visible[names.length - series] = options.show;
        const stacked = stack();
        u.setData([stacked[0], ...stacked.slice(1).reverse()], false);
        u.redraw();
        u.setScale('x', { min: u.scales.x.min, max: u.scales.x.max });
      }], setScale: [(u, key) => {
        if (key === 'x' && plots[1]) plots[1].setScale('x', { min: u.scales.x.min, max: u.scales.x.max });
      }] },
    }, (stacked => [stacked[0], ...stacked.slice(1).reverse()])(stack()), holder);
    unit(holder.dataset.watched);
    const watched = new uPlot({
      width: width(), height: 100, padding: [8, 18, 8, 0], tzDate: tz, cursor: { sync, drag: { x: false, y: false }, y: false }, legend: { show: true },
      scales: { x: { range: (u, min, max) => min === null ? range() : [min, max] }, y: { range: [0, 100] } },
      axes: [{ ...axis(), show: false }, { ...axis(), size, values: (u, values) => values.map(value => value % 50 ? '' : value + ' %') }],
      series: [{ value: when }, { label: 'not watched', fill: color('--gap') + '59', width: 0, points: { show: false }, value: (u, value, series, bin) => share(100 - (bin === null ? mean(u, data.watched.x, data.watched.share) : data.watched.share[bin])) }, { label: 'watched', fill: color('--covered'), stroke: color('--covered'), width: 0, points: { show: false },
        paths: uPlot.paths.stepped({ align: 1 }), value: (u, value, series, bin) => share(bin === null ? mean(u, data.watched.x, data.watched.share) : value) }],
    }, [data.watched.x, data.watched.x.map(() => 100), data.watched.share], holder);
    plots = [calls, watched];
    calls.setScale('x', { min: range()[0], max: range()[1] });
  };
  draw();
  let drawn = width();
  new ResizeObserver(() => {
    if (width() !== drawn) {
      drawn = width();
      plots.forEach(plot => plot.setSize({ width: drawn, height: plot.height }));
    }
  }).observe(holder);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
})();
