'use strict';
(() => {
  const LIGHT = {text: '#444c56', line: '#e3e6ea', RECOVERY: '#b3261e', RESTART: '#444c56', main: '#1f5fbf', best: '#1b7a43', reference: '#b35c00',
    series: ['#1f5fbf', '#d9730d', '#1b7a43', '#b3261e', '#7a4fb5', '#8a5a44', '#c2549a', '#6b7280', '#9a9a1f', '#1b97a8']};
  const DARK = {text: '#aeb7c2', line: '#2c323a', RECOVERY: '#f08b84', RESTART: '#e4e7eb', main: '#7fb0f5', best: '#66c48a', reference: '#f0a860',
    series: ['#7fb0f5', '#f0a860', '#66c48a', '#f08b84', '#b79be6', '#c9a08c', '#e79ac6', '#a8b0bb', '#cfcf66', '#66c8d6']};
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const percent = value => (100 * value).toFixed(Math.abs(value) < 0.995 && (100 * value) % 1 ? 1 : 0) + ' %';
  const powerOfTen = value => Math.abs(Math.log10(value) % 1) < 1e-6 ? value.toExponential(0) : '';
  const drawn = [];
  const charts = JSON.parse(document.getElementById('charts').textContent);

  /** Dashed lines at the steps where a dead generator was replaced, dotted ones where a fresh one began. */
  const marks = {
    id: 'marks',
    afterDatasetsDraw(chart, _, options) {
      const {ctx, chartArea, scales} = chart;
      ctx.save();
      for (const {step, happening} of options.steps) {
        const x = scales.x.getPixelForValue(step);
        ctx.strokeStyle = options.colours[happening];
        ctx.lineWidth = happening === 'RECOVERY' ? 1.5 : 1;
        ctx.setLineDash(happening === 'RECOVERY' ? [5, 3] : [1, 3]);
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
      }
      ctx.restore();
    },
  };

  /** From the mean less the deviation to the mean and the deviation. */
  const deviations = {
    id: 'deviations',
    beforeDatasetsDraw(chart, _, options) {
      const {ctx, scales} = chart;
      ctx.save();
      ctx.lineWidth = 2;
      options.bars.forEach((bar, i) => {
        ctx.strokeStyle = bar.best ? options.colours.best : options.colours.main;
        const y = scales.y.getPixelForValue(i);
        const from = scales.x.getPixelForValue(bar.mean - bar.std);
        const to = scales.x.getPixelForValue(bar.mean + bar.std);
        ctx.beginPath();
        ctx.moveTo(from, y); ctx.lineTo(to, y);
        for (const x of bar.std > 0 ? [from, to] : []) {
          ctx.moveTo(x, y - 5); ctx.lineTo(x, y + 5);
        }
        ctx.stroke();
      });
      ctx.restore();
    },
  };

  const axis = (colours, title, more) => ({
    border: {color: colours.line}, grid: {color: colours.line}, title: {display: true, color: colours.text, text: title}, ...more,
    ticks: {color: colours.text, ...(more.ticks || {})},
  });

  /** The part of 0 to 1 in which the values are, with a little room, so that what differs is seen to differ. */
  function around(values) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const room = Math.max(0.005, 0.08 * (high - low));
    return {min: Math.max(0, low - room), max: Math.min(1, high + room)};
  }

  /** From 0 to where the curves end. */
  const along = (colours, title, curves, more) => axis(colours, title, {
    type: 'linear', min: 0, max: Math.max(...curves.flat().map(([x]) => x)),
    ticks: {maxTicksLimit: 6, maxRotation: 0, includeBounds: false, ...more}});
  const steps = (colours, curves) => along(colours, 'step', curves, {precision: 0});

  function upwards(chart, colours, values, more) {
    const ticks = {maxTicksLimit: 6, maxRotation: 0, includeBounds: false,
      ...(chart.unit === 'SHARE' ? {callback: percent} : {}), ...(chart.unit === 'LOGARITHMIC' ? {callback: powerOfTen} : {})};
    return axis(colours, chart.vertical, {
      type: chart.unit === 'LOGARITHMIC' ? 'logarithmic' : 'linear', ticks, ...(chart.unit === 'SHARE' ? around(values) : {}), ...more,
    });
  }

  const common = (colours, legend, plugins) => ({
    responsive: true, maintainAspectRatio: false, animation: false, devicePixelRatio: Math.max(2, window.devicePixelRatio),
    interaction: {mode: 'nearest', axis: 'x', intersect: false},
    plugins: {legend: {display: legend, labels: {color: colours.text, boxWidth: 8, boxHeight: 8, padding: 8}}, ...plugins},
  });

  function curves(chart, colours) {
    const share = chart.unit === 'SHARE';
    const values = chart.series.flatMap(series => series.points.map(([, value]) => value));
    return {
      type: 'line',
      data: {datasets: chart.series.map((series, i) => ({
        label: series.name, data: series.points.map(([x, value]) => ({x, y: value})),
        borderColor: colours.series[i % colours.series.length],
        backgroundColor: colours.series[i % colours.series.length] + (chart.stacked ? 'b0' : ''),
        borderWidth: chart.stacked ? 0.5 : 1.5, pointRadius: series.points.length < 2 ? 3 : 0, pointHitRadius: 8,
        fill: chart.stacked ? (i === 0 ? 'origin' : '-1') : false,
      }))},
      options: {
        ...common(colours, chart.series.length > 1, {
          marks: {steps: chart.marks, colours},
          tooltip: {callbacks: {
            title: items => 'step ' + items[0].parsed.x.toLocaleString('en'),
            label: item => item.dataset.label + '  ' + (share ? percent(item.raw.y) : item.raw.y),
          }},
        }),
        scales: {
          x: steps(colours, chart.series.map(series => series.points)),
          y: upwards(chart, colours, values, chart.stacked ? {stacked: true, min: 0, max: 1} : {}),
        },
      },
      plugins: [marks],
    };
  }

  /** A line for what is compared, and the runs that it is the mean of, thin. */
  function compared(chart, colours) {
    const minutes = chart.across === 'MINUTES';
    const count = colours.series.length;
    const line = (label, points, run, more) => ({
      label, run, data: points.map(([x, y]) => ({x, y})), fill: false, pointRadius: 0, ...more,
    });
    const datasets = chart.lines.flatMap((one, i) => {
      const colour = colours.series[i % count];
      const dashes = {borderDash: i < count ? [] : [6, 3]};
      return [
        line(one.name, one.mean, false,
          {borderColor: colour, backgroundColor: colour, borderWidth: 2, pointHitRadius: 8, ...dashes}),
        ...one.runs.map(points => line(one.name, points, true,
          {borderColor: colour + '60', borderWidth: 0.75, pointHitRadius: 0, ...dashes})),
      ];
    });
    // A matrix of seeds alone has one row, without a name.
    const options = common(colours, chart.lines.some(one => one.name !== ''), {
      tooltip: {
        filter: item => !item.dataset.run,
        callbacks: {
          title: items => items.length === 0 ? '' : minutes
            ? items[0].parsed.x.toFixed(1) + ' min' : 'step ' + items[0].parsed.x.toLocaleString('en'),
          label: item => item.dataset.label + '  ' + (chart.unit === 'SHARE' ? percent(item.raw.y) : item.raw.y),
        },
      },
    });
    options.plugins.legend.labels.filter = item => !datasets[item.datasetIndex].run;
    options.plugins.legend.onClick = (_, item, legend) => {
      datasets.forEach((dataset, i) => {
        if (dataset.label === item.text) {
          legend.chart.setDatasetVisibility(i, item.hidden);
        }
      });
      legend.chart.update();
    };
    return {
      type: 'line',
      data: {datasets},
      options: {
        ...options,
        scales: {
          x: minutes
            ? along(colours, 'minutes of distillation', chart.lines.flatMap(one => [one.mean, ...one.runs]), {})
            : steps(colours, chart.lines.flatMap(one => [one.mean, ...one.runs])),
          y: upwards(chart, colours, chart.lines.flatMap(one => [one.mean, ...one.runs].flat().map(([, value]) => value)), {}),
        },
      },
    };
  }

  function spreads(chart, colours) {
    const values = chart.bars.flatMap(bar => [...bar.values, bar.mean - bar.std, bar.mean + bar.std, ...(bar.reference === null ? [] : [bar.reference])]);
    const names = chart.bars.map(bar => bar.name);
    const points = (label, colour, style, radius, data) => ({
      label, data, backgroundColor: colour, borderColor: colour, pointStyle: style, pointRadius: radius, pointHoverRadius: radius,
      showLine: false, clip: false,
    });
    const datasets = [
      points('mean and deviation (the best green)', chart.bars.map(bar => bar.best ? colours.best : colours.main), 'circle', 5,
        chart.bars.map(bar => ({x: bar.mean, y: bar.name}))),
      points('runs', colours.main + '70', 'circle', 2.5,
        chart.bars.flatMap(bar => bar.values.map(value => ({x: value, y: bar.name})))),
    ];
    if (chart.bars.some(bar => bar.reference !== null)) {
      datasets.push(points('reference', colours.reference, 'rectRot', 6,
        chart.bars.filter(bar => bar.reference !== null).map(bar => ({x: bar.reference, y: bar.name}))));
    }
    const options = common(colours, true, {
      deviations: {bars: chart.bars, colours},
      tooltip: {callbacks: {title: items => items[0].raw.y, label: item => item.dataset.label + '  ' + percent(item.raw.x)}},
    });
    options.plugins.legend.labels.usePointStyle = true;
    return {
      type: 'line',
      data: {labels: names, datasets},
      options: {
        ...options, indexAxis: 'y', interaction: {mode: 'nearest', intersect: false},
        scales: {
          x: axis(colours, chart.horizontal, {type: 'linear', ...around(values),
            ticks: {callback: percent, maxTicksLimit: 6, maxRotation: 0, includeBounds: false}}),
          y: {...axis(colours, '', {type: 'category', labels: names, offset: true, ticks: {autoSkip: false, callback: narrowed}}),
            title: {display: false}},
        },
      },
      plugins: [deviations],
    };
  }

  /** Long names must leave room for the dots on a telephone. */
  function narrowed(index) {
    const name = this.getLabelForValue(index);
    const letters = Math.max(12, Math.floor(this.chart.width / 18));
    return name.length > letters ? name.slice(0, letters - 1) + '…' : name;
  }

  /** What a chart shows as rows for a table. */
  const tables = {
    curves(chart) {
      return columns('step', chart.series.map(series => [series.name, series.points]));
    },
    compared(chart) {
      return columns(chart.across === 'MINUTES' ? 'minutes' : 'step', chart.lines.flatMap(line =>
        [[line.name, line.mean], ...line.runs.map((points, i) => [line.name + ', run ' + (i + 1), points])]));
    },
    spreads(chart) {
      const most = Math.max(...chart.bars.map(bar => bar.values.length));
      const runs = [...Array(most).keys()];
      return [['row', 'mean', 'deviation', 'reference', ...runs.map(i => 'run ' + (i + 1))],
        ...chart.bars.map(bar => [bar.name, bar.mean, bar.std, bar.reference ?? '', ...runs.map(i => bar.values[i] ?? '')])];
    },
  };

  /** A column for each curve, and a row for each place at which one has a point. */
  function columns(place, curves) {
    const rows = new Map();
    curves.forEach(([, points], column) => points.forEach(([x, value]) => {
      if (!rows.has(x)) {
        rows.set(x, Array(curves.length).fill(''));
      }
      rows.get(x)[column] = value;
    }));
    return [[place, ...curves.map(([name]) => name)], ...[...rows].sort(([a], [b]) => a - b).map(([x, cells]) => [x, ...cells])];
  }

  function csv(rows) {
    const cell = value => /[",\r\n]/.test(value) ? '"' + String(value).replaceAll('"', '""') + '"' : value;
    return rows.map(row => row.map(cell).join(',')).join('\r\n') + '\r\n';
  }

  document.querySelectorAll('button.csv').forEach(button => button.addEventListener('click', () => {
    const {kind, chart} = charts.find(({id}) => id === button.dataset.chart);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([csv(tables[kind](chart))], {type: 'text/csv'}));
    link.download = chart.title.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase() + '.csv';
    link.click();
    URL.revokeObjectURL(link.href);
  }));

  const kinds = {curves, compared, spreads};

  function draw(colours) {
    drawn.splice(0).forEach(chart => chart.destroy());
    for (const {id, kind, chart} of charts) {
      drawn.push(new Chart(document.getElementById(id), kinds[kind](chart, colours)));
    }
  }

  const drawForScreen = () => draw(dark.matches ? DARK : LIGHT);
  drawForScreen();
  dark.addEventListener('change', drawForScreen);
  // Paper is white, and as wide as it is: a chart is drawn anew for it.
  const paper = window.matchMedia('print');
  paper.addEventListener('change', () => paper.matches ? draw(LIGHT) : drawForScreen());
  window.addEventListener('beforeprint', () => draw(LIGHT));
  window.addEventListener('afterprint', drawForScreen);
})();
